"""The main job: contacts of a rule's trigger get their accounts, are told, and are written back."""
