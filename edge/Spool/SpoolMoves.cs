namespace Lynceus.Edge;

/// <summary>How a capture's folder moves: into the spool, to <c>kept/</c>, aside, and away.</summary>
internal sealed partial class Spool
{
    /// <summary>Sets a capture aside that the cloud will not have, with the reason, so that it blocks nothing behind it.</summary>
    public void Refuse(SpooledCapture capture, string reason)
    {
        lock (moving)
        {
            if (capture.Place == SpoolPlace.Gone) return;
            SpoolFolders.Note(capture.Folder, reason);
            if (SetAside(capture.Folder, folders.Refused, reason)) LogRefused(capture.CaptureID, reason);
            Leave(capture);
        }
        Left?.Invoke(capture);
    }

    /// <summary>Sets a capture aside whose files cannot be read.</summary>
    public void Quarantine(SpooledCapture capture, string reason)
    {
        lock (moving)
        {
            if (capture.Place == SpoolPlace.Gone) return;
            if (SetAside(capture.Folder, folders.Quarantine, reason)) LogQuarantined(capture.Folder, reason);
            Leave(capture);
        }
        Left?.Invoke(capture);
    }

    private void Enter(SpooledCapture capture)
    {
        lock (moving)
        {
            SpooledCapture? before;
            lock (gate)
            {
                before = all.GetValueOrDefault(capture.CaptureID);
                if (before?.Place != SpoolPlace.Spool)
                {
                    capture.Place = SpoolPlace.Spool;
                    all[capture.CaptureID] = capture;
                    pending++;
                    waiting.Enqueue(capture, capture.Seq);
                    journal.Add(capture, all.Values);
                }
            }
            // Added twice at the same time: the first is it. Or added again after it was done: the new one is.
            if (before?.Place == SpoolPlace.Spool) SpoolFolders.Remove(capture.Folder);
            else if (before is not null) SpoolFolders.Remove(before.Folder);
            if (capture.Place == SpoolPlace.Gone) return;
        }
        available.Release();
        Entered?.Invoke(capture);
    }

    /// <summary>Out of the spool, since nothing of it is due: to <c>kept/</c>, or away.</summary>
    private void Settle(SpooledCapture capture)
    {
        if (!capture.RecordStored) throw new InvalidOperationException($"capture {capture.CaptureID}: the cloud does not have its record");
        if (!capture.HasMore)
        {
            SpoolFolders.Remove(capture.Folder);
            Leave(capture);
            return;
        }
        SpoolFolders.Move(capture.Folder, folders.Of(SpoolPlace.Kept));
        lock (gate)
        {
            (capture.Place, capture.Claimed) = (SpoolPlace.Kept, false);
            pending--;
        }
    }

    private void Leave(SpooledCapture capture)
    {
        lock (gate)
        {
            if (capture.Place == SpoolPlace.Spool) pending--;
            (capture.Place, capture.Claimed) = (SpoolPlace.Gone, false);
            if (all.GetValueOrDefault(capture.CaptureID) == capture) all.Remove(capture.CaptureID);
            journal.Leave(capture.CaptureID, all.Values);
        }
    }

    /// <summary>False if the card does not do even that: the folder stays where it is, out of the index until the next start, and blocks nothing.</summary>
    private bool SetAside(string folder, string place, string reason)
    {
        try
        {
            SpoolFolders.Move(folder, place);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogStuck(folder, reason, e.Message);
            return false;
        }
    }
}
