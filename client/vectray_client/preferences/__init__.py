"""What a person chose in the tray, on the page or by `vectray settings`; all of them read and keep it in one small file."""
