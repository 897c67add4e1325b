"""The team's web application: understand what matters, own it end to end, pull expertise in, learn.

Apps are named after the work. `site` joins them (settings, addresses, home, actions over several apps); below it stand
visits, pull, blockages, listening, links, experiments, peers and cases; below those people, then audit, then accounts.
"""
