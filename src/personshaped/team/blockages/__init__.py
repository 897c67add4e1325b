"""What got in the way: said in one tap, gathered under the conditions that make it so, taken up by leaders."""
