"""Familiar forms of names: records of one person often hold one where another holds the full name."""

from __future__ import annotations

_FAMILIES = """
abigail abby abbie gail
alan al allan allen
albert bert bertie
alexander alex alec sandy xander alexandra alexa lexi sasha
alfred alf alfie fred freddie
amanda mandy
andrew andy drew
angela angie ange
anne ann anna annie nan nancy
anthony tony antony
arthur art
barbara barb babs
benjamin ben benny benji
bernard bernie
beverley bev
bradley brad
caroline carol carrie caz
catherine cathy kate katie kathy kath kathleen katherine kathryn kit kitty cath
charles charlie chuck chas
charlotte lottie
christine chris chrissie tina christina
christopher chris kit topher
daniel dan danny
david dave davey davie
deborah debbie deb debra
denise den
dennis den denny
derek del
donald don donnie
dorothy dot dottie dolly
douglas doug
edward ed eddie ted teddy ned
edwin ed eddie
eleanor ellie nell nellie elly
elizabeth liz lizzie beth betty betsy bess eliza libby lisa elsie
emily em emmy
eric rick
eugene gene
florence flo flossie
frances fran frankie
francis frank frankie
frederick fred freddie freddy
gabrielle gabby
geoffrey geoff jeff jeffrey
george georgie
gerald gerry jerry
gillian gill jill
gordon gordie
graham gray
gregory greg
harold harry hal
helen nell ellen nellie
henry harry hal hank
isabella bella izzy isabel isabelle
jacqueline jackie jacqui
james jim jimmy jamie
jane janie jan janet
janice jan
jason jay
jennifer jen jenny jenni
jeremy jez jerry
jessica jess jessie
joan joanie
joanne jo joanna
john jack johnny jon jonny
jonathan jon jonny john
joseph joe joey
josephine jo josie
joshua josh
judith judy jude
julia julie
kenneth ken kenny
kevin kev
kimberley kim
laurence larry laurie lawrence
leonard len lenny leo
leslie les lesley
lillian lily lil
louise lou
lucille lucy
lynda linda lyn lynn
malcolm mal
margaret maggie meg peggy madge marge margie greta rita daisy
marilyn lyn
martin marty
mary molly polly maria marie mae
matilda tilly mattie
matthew matt matty
maureen mo
maxwell max
melanie mel
melissa mel missy lissa
michael mike mick mickey micky
michelle shell
mohammed mohamed muhammad mohammad mohamad mo
natalie nat
nathan nat nathaniel nate
nicholas nick nicky
nicola nicky nikki
norman norm
oliver ollie
olivia liv livvy
pamela pam
patricia pat trish patsy tricia patty
patrick pat paddy rick
penelope penny
peter pete
philip phil phillip pip
philippa pippa pip
phyllis phyl
priscilla cilla
raymond ray
rebecca becky becca bex
reginald reg reggie
richard dick rich rick ricky richie
robert bob bobby rob robbie bert
roderick rod
rodney rod
roger rodge
ronald ron ronnie
rosalind ros roz rosie
rosemary rosie rose
russell russ
samantha sam sammy
samuel sam sammy
sandra sandy
sarah sally sadie
sidney sid sydney syd
simon si
sophia sophie
stanley stan
stephanie steph
stephen steve steven stevie
stuart stu stewart
susan sue suzie susie suzanne
sylvia syl
terence terry
teresa terri tess tessa theresa terry
theodore ted theo teddy
thomas tom tommy
timothy tim
valerie val
vanessa ness nessa
veronica ronnie vera
victor vic
victoria vicky vicki tori vic
vincent vince
vivian viv vivienne
walter wally walt
wendy wend
wilfred wilf
william bill billy will willie liam
winifred winnie win
yvonne von
zachary zach zac zack
"""

_ELSEWHERE = """
ahmed ahmad ahmet
aisha ayesha aysha aicha
agnieszka aga
aleksandra alexandra ola
alexander aleksandr aleksander oleksandr olexandr alejandro alessandro sascha
anastasia nastya
barbara basia
dmytro dmitri dmitry dimitri
dolores lola
evgeny evgeni yevhen yevgeny yevgeni eugene
fatima fatimah fatma fatema
francisco paco pancho
georgios giorgos yorgos george
guadalupe lupe
hassan hasan
hussein hussain husain husayn
ibrahim ebrahim
ignacio nacho
ioannis yiannis giannis yannis john
joanna asia
johannes hans hannes
jose pepe
katarzyna kasia
kateryna katerina ekaterina katya
konstantinos kostas
krzysztof krzys krzysiek
malgorzata gosia
mohammed md mohd mehmet
mustafa mostafa mustapha
mykola nikolai nikolay kolya
natalia nataliya natalya natasha
olena elena yelena
omar umar omer
tetiana tatiana tatyana tanya
tomasz tomek
ursula uschi
volodymyr vladimir vova
wilhelm willi
yusuf yousef yousuf youssef yousif
zainab zaynab zeinab zeynep
"""
"""Familiar forms and spellings in other scripts' and languages' names, folded as `cleaning.fold` does."""


def _families() -> dict[str, tuple[str, ...]]:
    """For each form, the full names it may stand for."""
    found: dict[str, list[str]] = {}
    for line in (_FAMILIES + _ELSEWHERE).split("\n"):
        names = line.split()
        for name in names:
            found.setdefault(name, []).append(names[0])
    return {name: tuple(full) for name, full in found.items()}


FAMILIES = _families()
"""Form of a name -> the full names it may be short for."""


def nickname_sql(forename: str) -> str:
    """SQL: a list of the full names that a folded forename may stand for; the name itself where none is known."""
    entries = ", ".join(f"'{name}': {list(full)}" for name, full in FAMILIES.items())
    return f"coalesce(MAP {{{entries}}}[{forename}], [{forename}])"
