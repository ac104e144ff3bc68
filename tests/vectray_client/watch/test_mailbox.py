import threading

from vectray_client.watch.mailbox import Mailbox
from vectray_client.watch.place import Hint


def test_hints_are_handed_out_once_in_their_order() -> None:
    """One for each path: the last that was heard, and the whole tree if any of them was about it."""
    mailbox = Mailbox(lambda: None)
    for hint in (Hint(path="/b", is_tree=True), Hint(path="/a"), Hint(path="/b", is_removal=True)):
        mailbox.put(hint)
    assert mailbox.take().hints == (Hint(path="/b", is_tree=True, is_removal=True), Hint(path="/a"))
    assert mailbox.take().hints == ()


def test_one_hint_wakes_and_the_next_do_not() -> None:
    """Whoever was woken looks; it is woken again only after a look that found nothing."""
    woken: list[None] = []
    mailbox = Mailbox(lambda: woken.append(None))
    for _ in range(3):
        mailbox.put(Hint(path="/a"))
    assert len(woken) == 1
    mailbox.take()
    mailbox.put(Hint(path="/a"))
    assert len(woken) == 1
    mailbox.take()
    mailbox.take()
    mailbox.put(Hint(path="/a"))
    assert len(woken) == 2


def test_too_many_hints_are_about_everything() -> None:
    """However many are put in, few are kept; and lost ones are counted."""
    mailbox = Mailbox(lambda: None)
    for number in range(25_000):
        mailbox.put(Hint(path=f"/{number}"))
    mail = mailbox.take()
    assert mail.is_everything
    assert len(mail.hints) <= 10_000
    mailbox.put_overflow()
    assert mailbox.take().is_everything
    assert (mailbox.overflows, mailbox.take().is_everything) == (1, False)


def test_no_hint_falls_between_two_looks() -> None:
    """What several threads put in while another takes out is taken out, every bit of it."""
    mailbox, taken = Mailbox(lambda: None), set[str]()
    threads = [
        threading.Thread(
            target=lambda thread=thread: [
                mailbox.put(Hint(path=f"/{thread}/{number}")) for number in range(2000)
            ]
        )
        for thread in range(3)
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        taken |= {hint.path for hint in mailbox.take().hints}
    taken |= {hint.path for hint in mailbox.take().hints}
    assert len(taken) == 6000
