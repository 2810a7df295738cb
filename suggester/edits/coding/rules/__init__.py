"""The coding rules, one kind a file: each yields alerts on the codes of one encounter."""
