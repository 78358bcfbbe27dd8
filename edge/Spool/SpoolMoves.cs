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
            if (PutAside(capture.Folder, refused, reason)) LogRefused(capture.CaptureID, reason);
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
            if (PutAside(capture.Folder, quarantine, reason)) LogQuarantined(capture.Folder, reason);
            Leave(capture);
        }
        Left?.Invoke(capture);
    }

    private void Enter(SpooledCapture capture)
    {
        lock (moving)
        {
            lock (gate)
            {
                if (all.TryAdd(capture.CaptureID, capture))
                {
                    capture.Place = SpoolPlace.Spool;
                    used += capture.Bytes;
                    pending++;
                    journal.Add(capture, all.Values);
                }
            }
            if (capture.Place == SpoolPlace.Gone)
            {
                // Added twice at the same time: the first is it.
                RemoveSecond(capture.Folder);
                return;
            }
        }
        Entered?.Invoke(capture);
    }

    /// <summary>Out of the spool, since nothing of it is due: to <c>kept/</c>, or away.</summary>
    private void Settle(SpooledCapture capture)
    {
        if (!capture.RecordStored) throw new InvalidOperationException($"capture {capture.CaptureID}: the cloud does not have its record");
        if (!capture.HasMore)
        {
            folders.Remove(capture.Folder);
            Leave(capture);
            return;
        }
        MoveTo(SpoolPlace.Kept, capture);
        lock (gate)
        {
            (capture.Place, capture.Claimed) = (SpoolPlace.Kept, false);
            pending--;
        }
    }

    /// <summary>A move that the card does not sync has happened all the same: here or there after a power cut, the capture is whole, and at most offered once more.</summary>
    private void MoveTo(SpoolPlace place, SpooledCapture capture)
    {
        try
        {
            SpoolFolders.Move(capture.Folder, folders.Of(place));
        }
        catch (IOException e) when (Directory.Exists(folders.Path(place, capture.Seq, capture.CaptureID)))
        {
            LogUnsynced(capture.Folder, e.Message);
        }
    }

    /// <summary>The capture is promised already, whatever becomes of its second copy.</summary>
    private void RemoveSecond(string folder)
    {
        try
        {
            folders.Remove(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogSecondStays(folder, e.Message);
        }
    }

    private void Leave(SpooledCapture capture)
    {
        lock (gate)
        {
            if (capture.Place == SpoolPlace.Spool) pending--;
            if (capture.Place != SpoolPlace.Gone) used -= capture.Bytes;
            (capture.Place, capture.Claimed) = (SpoolPlace.Gone, false);
            if (all.GetValueOrDefault(capture.CaptureID) == capture) all.Remove(capture.CaptureID);
            journal.Leave(capture.CaptureID, all.Values);
        }
    }

    /// <summary>False if the card does not do even that: the folder stays where it is, out of the index until the next start, and blocks nothing.</summary>
    private bool PutAside(string folder, SpoolAside place, string reason)
    {
        try
        {
            place.Add(SpoolFolders.Move(folder, place.Place));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogStuck(folder, reason, e.Message);
            return false;
        }
    }
}
