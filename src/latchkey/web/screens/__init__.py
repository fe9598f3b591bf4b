"""The screens, one module each; see `latchkey.web` for how one is made."""
