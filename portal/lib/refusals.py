"""What the house says when it will not do a thing: always a sentence for the person at the screen."""


class Refusal(Exception):
    """A refused action. `status` is the HTTP status, the message is shown as it stands."""

    status = 400

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class RuleBroken(Refusal):
    """The action is not allowed in this state, whoever asks."""

    status = 422
