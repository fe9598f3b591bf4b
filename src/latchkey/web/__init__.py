"""The browser application: Django templates, htmx, Bootstrap; everything served by ourselves.

How a screen is made
====================

1. A module in `screens/` with plain view functions and its `urlpatterns`; one line in `urls.py`.
   Each view says what it asks of a person, else nobody can open it::

       @may(May.READ)                      # everybody who is logged in
       @may(May.READ, May.DECIDE)          # to look at; to POST
       @open_to_anyone                     # guards itself (hooks, health)

   `permissions.py` is the only place that knows which role may what; templates ask
   `{% if can.decide %}` (can.read, can.act, can.decide, can.administer).

2. A view parses the request, calls one service or store function, and shows. No rule lives here.
   Real objects come from `installation.installation()`. A view never waits for another system,
   except through `live.py` (lists of a form, 5 s, kept 5 minutes) and "test connection": it
   writes what is asked for, and the worker acts.

3. A list::

       found = listing(request, rows, COLUMNS, form=Filters, order="-entered_at")
       return render(request, "web/things/list.html", {"list": found})

   whose template extends `web/list.html` and fills the blocks title, lead, row (with `row`),
   empty and, where there is something to do with several, acts. Filters work without JavaScript;
   with it the list is replaced as one types.

4. One thing: extend `web/detail.html`, blocks title, actions, main, aside.

5. A form: a `ShapedForm` (forms.py) shown by `{{ form }}` or field by field with
   `{{ form.name.as_field_group }}`: label, help, example and errors come with it.

6. A live part: a view of its own at `…/-/<part>/` that renders `_part.html`, which the page
   includes too; the element carries `hx-get`, `hx-trigger="every 3s"`, `hx-swap="outerHTML"`.

7. After a POST: `messages.success(request, …)` and redirect. What somebody changed is written by
   the service into the changes of settings.

No inline script or style, nothing from another host: the content security policy refuses them.
Texts go through gettext. Pieces of pages are tags of `templatetags/latchkey.py`: icon, state,
moment. The test that walks all addresses asks every role for each of them.
"""
