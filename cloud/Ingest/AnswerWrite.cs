using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>What a hub says to a request. The same again changes nothing; what is final stays, also when an earlier answer comes later.</summary>
internal sealed class AnswerWrite(string hub, HubAnswer answer, DateTime now) : HubWrite(hub, "answer")
{
    public override void Apply(LynceusDb db)
    {
        var request = db.Requests.FirstOrDefault(r => r.RequestID == answer.RequestID && r.Hub == From);
        if (request is not null && request.Outcome is null or RequestOutcome.Accepted)
        {
            request.Outcome = answer.Outcome;
            request.AnsweredAt = now;
            request.Detail = answer.Detail;
            request.Diagnostics = answer.Diagnostics ?? request.Diagnostics;
            db.SaveChanges();
        }
        // Nobody waits for the answer to what was never asked; without a receipt the hub would say it forever.
        Receipt = new Receipt { RequestID = answer.RequestID, Stored = request is not null, Detail = request is null ? "no such request is known here" : null };
    }
}
