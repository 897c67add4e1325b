"""What joins the apps: settings, addresses, the home page, and actions that touch several of them."""
