using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>One still of the clip that is being decided, and what came of it so far.</summary>
internal sealed class OpenStill
{
    public required int Frame { get; init; }

    /// <summary>Index in its frame; 0 for a photograph.</summary>
    public required int Index { get; init; }
    public double? VideoSeconds { get; init; }

    /// <summary>Null where there were too many bytes to hold: then its frame is opened again.</summary>
    public byte[]? Encoded { get; set; }

    /// <summary>Null where there were too many pixels to hold: then it is decoded again.</summary>
    public DecodedPicture? Picture { get; set; }

    public int Width { get; set; }
    public int Height { get; set; }
    public FrameChange Change { get; set; } = FrameChange.Unknown;
    public NotLooked? NotLooked { get; set; } = Edge.NotLooked.SureBefore;

    /// <summary>What it is worth beside the other stills of its video, where its bytes are held for that alone.</summary>
    public float? HeldFor { get; set; }

    /// <summary>All looks at it in one, or its failure; null before.</summary>
    public Look? Look { get; set; }

    /// <summary>A window of it could not be looked at.</summary>
    public bool Incomplete { get; set; }
    public List<Glance> Glances { get; } = [];
    public List<Ignored> Ignored { get; } = [];

    /// <summary>What takes part in the vote.</summary>
    public IReadOnlyList<Contracts.Detection> Counted { get; set; } = [];

    public void Fail(Look failure) => (Look, NotLooked) = (failure, Edge.NotLooked.Failed);
}

/// <summary>
/// A clip's stills while the gate decides: opened and decoded once where they can be held, in bounded memory whatever a card has on it.
/// A frame that cannot be opened is a still with a failure. Belongs to one decision.
/// </summary>
internal sealed class OpenClip(Clip clip, Detector detector, OpenPictures pictures) : IDisposable
{
    /// <summary>Bytes of files that are held, in a whole clip.</summary>
    private const long MostBytes = 64L * 1024 * 1024;
    private readonly List<OpenStill> stills = [];
    private readonly List<Luma?> grids = [];
    private readonly int[] first = new int[clip.Frames.Count + 1];
    private (int Frame, IReadOnlyList<Still> Stills)? reopened;
    private long held;

    public Clip Clip => clip;

    /// <summary>In the clip's order.</summary>
    public IReadOnlyList<OpenStill> Stills => stills;

    /// <summary>One for each still; null where it failed, or where there are too many.</summary>
    public IReadOnlyList<Luma?> Grids => grids;

    public ReadOnlySpan<OpenStill> Of(int frame) => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(stills)[first[frame]..first[frame + 1]];

    /// <summary>Opens every frame and reads its small grid.</summary>
    public async Task ReadAsync(CancellationToken stop)
    {
        for (var f = 0; f < clip.Frames.Count; f++)
        {
            stop.ThrowIfCancellationRequested();
            first[f] = stills.Count;
            try
            {
                var opened = await clip.Frames[f].OpenAsync(stop);
                for (var s = 0; s < opened.Count; s++) Read(f, s, opened[s]);
            }
            catch (FrameFailedException e)
            {
                var failed = new OpenStill { Frame = f, Index = 0 };
                failed.Fail(new Look { Failure = e.Failure, Detail = e.Message });
                Add(failed, null);
            }
        }
        first[clip.Frames.Count] = stills.Count;
    }

    /// <summary>
    /// The still's pixels and its file, for the next look at it and no longer. Null if it cannot be opened any more: then it has its failure.
    /// </summary>
    public async Task<(DecodedPicture Picture, byte[] Encoded)?> PixelsAsync(OpenStill still, CancellationToken stop)
    {
        try
        {
            var encoded = still.Encoded ?? await ReopenAsync(still, stop);
            if (still.Picture is { } decoded) return (decoded, encoded);
            if (detector.Open(encoded, pictures.Passing) is not { } failure) return (pictures.Passing, encoded);
            still.Fail(failure);
        }
        catch (FrameFailedException e)
        {
            // The card was pulled, or the file changed, since it was opened first.
            still.Fail(new Look { Failure = e.Failure, Detail = e.Message });
        }
        return null;
    }

    /// <summary>Of a video whose stills could not all be held, the one that shows most is, so that it can be stored.</summary>
    public void HoldIfBest(OpenStill still, byte[] encoded, float worth)
    {
        if (still.Encoded is not null || still.VideoSeconds is null) return;
        foreach (var other in Of(still.Frame))
        {
            if (other.HeldFor >= worth) return;
            if (other.HeldFor is not null) (other.Encoded, other.HeldFor) = (null, null);
        }
        (still.Encoded, still.HeldFor) = (encoded, worth);
    }

    public void Dispose()
    {
        foreach (var still in stills)
        {
            if (still.Picture is { } picture) pictures.GiveBack(picture);
        }
        foreach (var grid in grids)
        {
            if (grid is not null) pictures.GiveBack(grid);
        }
        pictures.ClipEnds();
    }

    private void Read(int frame, int index, Still opened)
    {
        var still = new OpenStill { Frame = frame, Index = index, VideoSeconds = opened.VideoSeconds };
        var picture = pictures.Next;
        var mayLend = picture != pictures.Passing;
        Luma? grid = null;
        if (detector.Open(opened.Encoded, picture) is { } failure) still.Fail(failure);
        else
        {
            (still.Width, still.Height) = (picture.UprightWidth, picture.UprightHeight);
            if (held + opened.Encoded.Length <= MostBytes || clip.Frames[frame] is MemoryFrame) (still.Encoded, held) = (opened.Encoded, held + opened.Encoded.Length);
            grid = pictures.LendGrid();
            grid?.Read(picture);
        }
        if (mayLend && still.Look is null && pictures.MayHold(picture))
        {
            pictures.Lend();
            still.Picture = picture;
        }
        Add(still, grid);
    }

    private void Add(OpenStill still, Luma? grid)
    {
        stills.Add(still);
        grids.Add(grid);
    }

    /// <summary>Stills of a frame that was opened again are held until another is: a video is so decoded twice, and not once for each still.</summary>
    private async Task<byte[]> ReopenAsync(OpenStill still, CancellationToken stop)
    {
        if (reopened?.Frame != still.Frame) reopened = (still.Frame, await clip.Frames[still.Frame].OpenAsync(stop));
        return still.Index < reopened.Value.Stills.Count
            ? reopened.Value.Stills[still.Index].Encoded
            : throw new FrameFailedException(ImageFailure.Unreadable, "it has fewer stills than before; it was changed meanwhile");
    }
}

/// <summary>Buffers that go from clip to clip: a few decoded pictures, and grids. Owned by the gate; belongs to one thread at a time.</summary>
internal sealed class OpenPictures : IDisposable
{
    /// <summary>Decoded pictures that a clip may hold: a burst. A longer row is decoded twice.</summary>
    private const int MostPictures = 6;

    /// <summary>Their pixels' bytes. What cannot be decoded small (a large PNG) is not held.</summary>
    private const long MostBytes = 32L * 1024 * 1024;

    /// <summary>Grids that a clip may hold; stills beyond are compared with nothing and looked at as they come.</summary>
    private const int MostGrids = 128;
    private readonly DecodedPicture[] made = [.. Enumerable.Range(0, MostPictures).Select(_ => new DecodedPicture())];
    private readonly Stack<DecodedPicture> idle = [];
    private readonly Stack<Luma> grids = [];
    private int gridsMade;

    public OpenPictures()
    {
        foreach (var picture in made) idle.Push(picture);
    }

    /// <summary>Holds one picture until the next comes.</summary>
    public DecodedPicture Passing { get; } = new();

    /// <summary>A picture to decode into; when all are lent, the one that passes.</summary>
    public DecodedPicture Next => idle.Count > 0 ? idle.Peek() : Passing;

    /// <summary>That picture is held from now on.</summary>
    public void Lend() => idle.Pop();

    /// <summary>There is room for its pixels beside those of the others; if not, they are let go.</summary>
    public bool MayHold(DecodedPicture picture)
    {
        if (made.Sum(p => p.Held) <= MostBytes) return true;
        picture.Release();
        return false;
    }

    public void GiveBack(DecodedPicture picture) => idle.Push(picture);

    /// <summary>Null when too many are lent.</summary>
    public Luma? LendGrid()
    {
        if (grids.TryPop(out var grid)) return grid;
        if (gridsMade == MostGrids) return null;
        gridsMade++;
        return new Luma();
    }

    public void GiveBack(Luma grid) => grids.Push(grid);

    /// <summary>A single huge picture must not stay in memory for ever.</summary>
    public void ClipEnds()
    {
        if (Passing.Held > MostBytes) Passing.Release();
    }

    public void Dispose()
    {
        Passing.Dispose();
        foreach (var picture in made) picture.Dispose();
    }
}
