"""An LSTM that predicts the class at every step of a series."""

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

import messages

torch.set_num_threads(1)  # with a few hundred rows, a second thread waits more than it works
TYPES = {"F32": torch.float32, "I64": torch.int64}


def tensor(message):
    """Returns a tensor of a message, without copying its elements."""
    return torch.frombuffer(message.bytes, dtype=TYPES[message.type]).reshape(message.shape)


class LSTMClassifier(torch.nn.Module):
    def __init__(self, inputs, outputs, seed):
        super().__init__()
        torch.manual_seed(seed)
        self.lstm = torch.nn.LSTM(inputs, 64, batch_first=True)
        self.dense = torch.nn.Linear(64, outputs)
        self.optimizer = torch.optim.Adam(self.parameters(), lr=0.003)

    def forward(self, batch):
        """Returns logits [N, T, classes], and the mask of their steps [N, T]."""
        features, mask = tensor(batch["features"]), tensor(batch["featuresMask"]).bool()
        steps = mask | tensor(batch["labelsMask"]).bool() if "labelsMask" in batch else mask
        # Padding can be anywhere and contain anything: present steps are moved to the front, in order, and back again.
        order = (~steps).byte().argsort(dim=1, stable=True)[..., None]
        features = features.masked_fill(~mask[..., None], 0).gather(1, order.expand(features.shape))
        lengths = steps.sum(dim=1).clamp(min=1)
        packed = pack_padded_sequence(features, lengths, batch_first=True, enforce_sorted=False)
        hidden, _ = pad_packed_sequence(self.lstm(packed)[0], batch_first=True, total_length=steps.shape[1])
        return self.dense(hidden.gather(1, order.argsort(dim=1).expand(hidden.shape))), steps

    def loss(self, batch):
        """Returns the cross-entropy, summed over the present labels."""
        present = tensor(batch["labelsMask"]).bool()
        labels = tensor(batch["labels"])[present]
        return -(labels * self(batch)[0][present].log_softmax(dim=-1)).sum()

    def fit(self, batch):
        self.optimizer.zero_grad()
        loss = self.loss(batch)
        (loss / batch["features"].shape[0]).backward()
        for name, parameter in self.named_parameters():
            if not parameter.grad.isfinite().all():
                return {"diverged": name}
        self.optimizer.step()
        return {"sum": repr(loss.item())}

    @torch.no_grad()
    def score(self, batch):
        return {"sum": repr(self.loss(batch).item())}

    @torch.no_grad()
    def output(self, batch):
        """Returns probabilities [N, classes, T], 0 at absent steps."""
        logits, steps = self(batch)
        output = logits.softmax(dim=-1).masked_fill(~steps[..., None], 0).transpose(1, 2).contiguous()
        return messages.Tensor("F32", list(output.shape), output.numpy().tobytes())
