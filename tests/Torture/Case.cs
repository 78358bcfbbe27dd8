namespace Lynceus.Torture;

/// <summary>How a case went.</summary>
/// <param name="Says">One line: what was done, what was found.</param>
/// <param name="Faults">What breaks the rule; none if it holds.</param>
/// <param name="Skipped">Why it could not be done here.</param>
internal sealed record Outcome(string Says, IReadOnlyList<string> Faults, string? Skipped = null)
{
    public static Outcome Skip(string why) => new("", [], why);

    public static Outcome Of(Reconciliation found, string done) => new($"{done}; {found}", found.Faults);
}

/// <summary>One way to torture.</summary>
/// <param name="Name">It can be run by.</param>
/// <param name="About">What it does, in a line.</param>
/// <param name="RunAsync">Does it.</param>
/// <param name="Ground">What it asks most of.</param>
internal sealed record Case(string Name, string About, Func<Arena, Task<Outcome>> RunAsync, Ground Ground = Ground.Processors);

/// <summary>What a case asks most of: so many of each kind are done at the same time.</summary>
internal enum Ground
{
    /// <summary>The processors of this machine: programs start again and again, and the gate looks at pictures.</summary>
    Processors,

    /// <summary>A link of its own between two hosts, for which it waits most of the time.</summary>
    Link,
}

/// <summary>Where and how long it is done.</summary>
/// <param name="Folder">Of the case; removed if it passes.</param>
/// <param name="Short">Little of everything.</param>
/// <param name="Pictures">What cameras take.</param>
/// <param name="Tally">What all cases did together.</param>
/// <param name="Say">Shows how far it is.</param>
internal sealed record Arena(string Folder, bool Short, Pictures Pictures, Tally Tally, Action<string> Say)
{
    public int Turns(int brief, int whole) => Short ? brief : whole;

    public Station Station(string name, Dictionary<string, string>? settings = null) => new(Path.Combine(Folder, name), Pictures, settings);
}

/// <summary>What all cases did together.</summary>
internal sealed class Tally
{
    private readonly Lock gate = new();

    public int Kills { get; private set; }

    /// <summary>Power cuts that were replayed.</summary>
    public int Cuts { get; private set; }

    public int Promised { get; private set; }

    public int Lost { get; private set; }

    public int Twice { get; private set; }

    public int Altered { get; private set; }

    public long WireBytes { get; private set; }

    public long PayloadBytes { get; private set; }

    /// <summary>What stood between the two hosts.</summary>
    public string Network { get; set; } = "no network between two hosts";

    public void Add(Reconciliation found, int kills)
    {
        lock (gate)
        {
            Kills += kills;
            Promised += found.Promised;
            Lost += found.Lost;
            Twice += found.Twice;
            Altered += found.Altered;
        }
    }

    public void AddCuts(int cuts, int lost)
    {
        lock (gate) (Cuts, Lost) = (Cuts + cuts, Lost + lost);
    }

    public void AddBytes(long wire, long payload)
    {
        lock (gate) (WireBytes, PayloadBytes) = (WireBytes + wire, PayloadBytes + payload);
    }

    public override string ToString()
        => $"{Kills} killed, {Cuts} power cuts, {Promised} captures promised: {Lost} lost, {Twice} twice, {Altered} altered; "
            + (PayloadBytes > 0 ? $"{WireBytes} bytes on the wire for {PayloadBytes} of payload ({(double)WireBytes / PayloadBytes:0.00}); {Network}" : Network);
}
