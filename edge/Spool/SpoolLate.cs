namespace Lynceus.Edge;

/// <summary>Captures that are done and could not be moved: a card that is read-only for a while costs none of them its place, and nobody has to start the hub again.</summary>
internal sealed partial class Spool
{
    /// <summary>Under <see cref="gate"/>.</summary>
    private readonly List<SpooledCapture> late = [];
    private bool lateIsSaid;

    /// <summary>Tries again. Cheap where there is nothing to try; to be called again and again.</summary>
    public void SettleLate()
    {
        List<SpooledCapture> again;
        lock (gate)
        {
            if (late.Count == 0) return;
            again = [.. late];
            late.Clear();
        }
        foreach (var capture in again)
        {
            // Who has it in hand, because the cloud asked for more, says himself when it is done.
            if (TryClaim(capture) && !Done(capture)) PutBack(capture);
        }
        lock (gate) lateIsSaid = late.Count > 0;
    }

    /// <summary>False if the card would not have it: then the capture is nobody's, and waits.</summary>
    private bool TrySettle(SpooledCapture capture)
    {
        try
        {
            Settle(capture);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!Directory.Exists(capture.Folder))
            {
                // It is out of its place, and what is left of it in going/ goes at the next start.
                Leave(capture);
                return true;
            }
            if (!lateIsSaid) LogLate(capture.Folder, e.Message);
            lock (gate)
            {
                (capture.Claimed, lateIsSaid) = (false, true);
                late.Add(capture);
            }
            return false;
        }
    }
}
