"""Every refusal as one clear sentence, in the reader's language."""

from __future__ import annotations

from ..domain.activity import Refused
from .translations import translations


def _(sentence: str) -> str:
    """Marks a sentence for the catalogues."""
    return sentence


SENTENCES = {
    "already_at_the_first": _("This is the first part already."),
    "answering_is_over": _("Answering is over. We look together now."),
    "check_stays": _("Asking whether it is right is not skipped just like that."),
    "choose_a_day": _("Choose a day first."),
    "not_that_far": _("Choose a day from today on, at most %(days)d days ahead."),
    "choose_one_first": _("Choose one first."),
    "close_first": _("Close the conversation first."),
    "destroyed_for_good": _("What was removed is gone for good. That cannot be undone."),
    "enough_agreements": _("There are enough agreements. Change or remove one."),
    "figures_were_seen": _("People saw the figures. You can go back; the answers stay."),
    "is_back": _("The other is back. Go on together."),
    "items_left": _("Not all parts have been done. Close anyway?"),
    "join_first": _("The connection was lost. Load this page again."),
    "join_the_round_first": _("Join the round first."),
    "key_needed": _("Only who leads this conversation can do that."),
    "lead_is_taken": _("Somebody already leads this conversation."),
    "link_is_used": _("This link does not work any more. Ask for a new one."),
    "lock_first": _("Close the jar first."),
    "moved_on": _("We have moved on. Your text is still here."),
    "no_lines_left": _("You have used all %(most)d messages of this turn."),
    "no_more_tries": _("There are no more tries."),
    "no_other_table": _("There is no other table now. Ask the facilitator."),
    "no_such_activity": _("That part does not exist."),
    "no_such_agreement": _("That agreement is gone already."),
    "no_such_card": _("This card is not here any more."),
    "no_turn_left": _("Then somebody has no turn. You can do it anyway."),
    "none_left": _("You have used all %(most)d cards."),
    "not_on_the_ballot": _("That card is not on the table any more."),
    "not_open_yet": _("We have not started yet."),
    "not_saved": _("That could not be saved. What you wrote stays here. Try again."),
    "shares_a_phone": _("This person shares a phone with the table, so they stay together."),
    "not_together": _("By language, place or leading they do not match. You can do it anyway."),
    "not_understood": _("That did not come through well. Try again."),
    "not_your_card": _("That card is not there any more."),
    "not_your_part": _("That is for whoever leads the whole conversation."),
    "not_your_role": _("That is for another role at your table."),
    "not_a_link": _("A link begins with https://. Look at line %(n)d."),
    "nothing_to_answer_here": _("There is nothing to answer here."),
    "nothing_to_undo": _("There is nothing to undo."),
    "once_is_enough": _("That can be done once."),
    "one_tip_a_minute": _("One tip in a minute is enough."),
    "one_tip_a_part": _("One tip in each part is enough."),
    "own_pace": _("Each table goes at its own pace. Wait for them, or stop calmly."),
    "reload_first": _("Load this page again to join in."),
    "session_is_closing": _("This conversation is closing. Nothing can be added."),
    "somebody_alone": _("Then somebody sits alone. Let two people change places instead."),
    "shares_the_time": _("That table divides the time. It is not mixed."),
    "stale": _("Somebody else pressed just now. This is how it stands."),
    "still_talking": _(
        "Tables that still talk: %(n)d. Wait, or confirm it under “Look back now?”."
    ),
    "tables_are_mixed": _("People sit at other tables by now. That cannot be undone."),
    "table_is_full": _("Four at a table is the most. Let two people change places instead."),
    "time_is_up": _("The time is up already."),
    "too_fast": _("That is very fast. Wait a moment and try again."),
    "too_late_for_that": _("It is too late for that."),
    "too_long": _("That is too long. At most %(most)d characters."),
    "too_many_dots": _("You have %(dots)d stones. Take one back first."),
    "too_many_on_one": _("At most %(cap)d on one card."),
    "trouble": _("That did not work. Try again."),
    "try_again": _("The server starts again. Your answer waits and goes by itself."),
    "unknown_act": _("That did not come through well. Try again."),
    "unknown_agenda": _("This agenda is not understood (%(why)s)."),
    "unknown_code": _("I don't know this code. Look at the screen again."),
    "unknown_format": _("I don't know this conversation format."),
    "unknown_move": _("That is not possible here."),
    "voting_is_over": _("Voting is over. We look together now."),
    "write_something_first": _("Write something first."),
    "writing_is_over": _("Writing is over. We look together now."),
}


def sentence_for(no: Refused, lang: str) -> str:
    """The sentence for a refusal."""
    sentence = SENTENCES.get(no.code, SENTENCES["trouble"])
    said = translations(lang).gettext(sentence)
    return said % no.details if "%(" in said else said
