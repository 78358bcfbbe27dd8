using Lynceus.Vision;

namespace Lynceus.Cloud;

/// <summary>
/// Looks at media, together where that is quicker; gives one look for each, in their order. A media that cannot be looked at is a result;
/// an exception means that the look itself broke off: none of them has a result, and each is tried again alone.
/// </summary>
internal delegate Task<IReadOnlyList<(Seen Seen, double Milliseconds)>> LookAt(IReadOnlyList<Frame> frames, CancellationToken cancel);

/// <summary>Opens a model by its name, for one worker. Throws with the reason if it cannot be used.</summary>
internal delegate Task<JobModel> OpenModel(string name, CancellationToken cancel);

/// <summary>A model that is open, for one worker.</summary>
internal sealed class JobModel(ModelManifest manifest, LookAt look, IDisposable? held) : IDisposable
{
    public ModelManifest Manifest => manifest;
    public LookAt LookAsync => look;

    public void Dispose() => held?.Dispose();
}

/// <summary>
/// How much a worker claims at once, and looks at together: about a second of work, so that whoever has a better right to it does not wait for long.
/// Of a batch three: nobody waits for it, and the more there is, the less often the model waits for the first picture to be decoded.
/// </summary>
internal sealed class ClaimSize
{
    public const int Most = 256;
    private const double Milliseconds = 1000;
    private const int Batch = 3;
    private bool known;

    /// <summary>Few at first: how long a look takes is not known yet.</summary>
    public int Now { get; private set; } = 4;

    public int Of(Lane lane) => lane == Lane.Batch && known ? Math.Min(Most, Batch * Now) : Now;

    /// <param name="items">Looked at.</param>
    /// <param name="milliseconds">All of them together.</param>
    public void Took(int items, double milliseconds)
    {
        if (items == 0) return;
        Now = (int)Math.Clamp(Milliseconds * items / Math.Max(milliseconds, 1), 1, Most);
        known = Now > 1; // of what takes longer than a second, one is enough
    }
}

/// <summary>Wakes workers that have nothing to do. It may forget everything: what is to do stands in the rows, and they look there every few seconds.</summary>
internal sealed class JobSignal : Signal;
