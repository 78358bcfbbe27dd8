namespace Lynceus.Edge;

/// <summary>
/// What lies on the card when the hub starts. The names of the folders are the truth: of a folder that the index knows nothing is read, since what is wrong in it is found
/// when it is its turn; a folder that the index does not know is read; what the index knows and is not there is gone.
/// </summary>
internal sealed class SpoolOpening(SpoolFolders folders)
{
    private readonly List<(SpoolPlace Place, long Seq, Guid CaptureID)> unknown = [];
    private readonly List<string> removable = [];

    /// <summary>Every capture that is there.</summary>
    public Dictionary<Guid, SpooledCapture> Found { get; } = [];

    /// <summary>Those of them that were read from their files.</summary>
    public List<SpooledCapture> Read { get; } = [];

    /// <summary>Folders to set aside, and why.</summary>
    public List<(string Folder, string Reason)> Damaged { get; } = [];

    /// <summary>Folders that were half written when the power went: nobody was promised these captures.</summary>
    public List<string> Half { get; } = [];

    /// <summary>Folders of captures that are there a second time.</summary>
    public IReadOnlyList<string> Twice => removable;

    public void Look(Dictionary<Guid, SpooledCapture> known)
    {
        // A capture that was added again lies in both places: what is to be sent counts.
        foreach (var place in (SpoolPlace[])[SpoolPlace.Spool, SpoolPlace.Kept])
        {
            foreach (var (seq, id, odd) in folders.In(place))
            {
                if (odd is not null) Damaged.Add((Path.Combine(folders.Of(place), odd), "its name is none of the spool's"));
                else if (known.TryGetValue(id, out var capture) && capture.Seq == seq && capture.Place == SpoolPlace.Gone) Enter(capture, place);
                else unknown.Add((place, seq, id));
            }
        }
        foreach (var (place, seq, id) in unknown.OrderBy(u => u.Place).ThenBy(u => u.Seq)) LookInto(place, seq, id);
    }

    private void LookInto(SpoolPlace place, long seq, Guid id)
    {
        var capture = new SpooledCapture(folders, seq, id) { Place = place };
        var folder = capture.Folder;
        if (Found.ContainsKey(id))
        {
            removable.Add(folder);
        }
        else if (!File.Exists(capture.RecordPath))
        {
            Half.Add(folder);
        }
        else if (SpoolFiles.Damage(capture, out var record) is { } damage)
        {
            Damaged.Add((folder, damage));
        }
        else
        {
            var read = SpooledCapture.Of(folders, seq, record!, new DateTimeOffset(File.GetLastWriteTimeUtc(capture.RecordPath)).ToUnixTimeMilliseconds());
            read.RecordStored = place == SpoolPlace.Kept; // it came there when the cloud had the record, and not before
            SpoolFiles.Measure(read, folder);
            Enter(read, place);
            Read.Add(read);
        }
    }

    private void Enter(SpooledCapture capture, SpoolPlace place)
    {
        capture.Place = place;
        Found.Add(capture.CaptureID, capture);
    }
}
