"""The pages of the practice Backdrop."""

from latchkey.practice.backdrop import CMS
from latchkey.practice.phpcms.app import Pages

respond = Pages(CMS).respond
