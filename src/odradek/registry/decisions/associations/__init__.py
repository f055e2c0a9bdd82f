"""Topics, and the subjects that hold the schemas of their keys and values.

A resource is a topic: its name, the namespace it is in (its cluster), and an id. A topic that is
made anew under its name has another id.

- STRONG: the subject is the topic's own, `:.NAMESPACE:NAME-value`. It is made with the topic, its
  first schema given in the same request; it has no other association, no schema refers to it, and
  it is deleted with the topic. Such an association is frozen.
- WEAK: the subject is there already, and may be that of several topics.

All associations of a topic have the same lifecycle, and none changes once it is made.

    requests.py    what is wanted, and what is wrong with it whatever the registry holds
    queries.py     which associations there are
    plans.py       what is wanted becomes what is to be made, beside what there is
    rules.py       what a plan may not do to subjects and to the topic
    steps.py       several decisions that make one
    changes.py     associations made and deleted, with the schemas that come and go with them
    batches.py     several changes to one topic
"""
