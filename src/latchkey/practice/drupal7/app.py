"""The pages of the practice Drupal 7."""

from latchkey.practice.drupal7 import CMS
from latchkey.practice.phpcms.app import Pages

respond = Pages(CMS).respond
