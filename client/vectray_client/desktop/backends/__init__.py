"""Ways to show an icon: one for each kind of desktop, all behind `display.Display`. Imported late: some fail where there is no screen."""
