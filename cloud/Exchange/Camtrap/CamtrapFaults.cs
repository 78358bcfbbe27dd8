namespace Lynceus.Cloud;

/// <summary>What is wrong in a package, and where.</summary>
/// <param name="File">In the package.</param>
/// <param name="Row">The header is row 1; null for the file as a whole.</param>
/// <param name="Column">Null for the row as a whole.</param>
/// <param name="What">For people: what is wrong, and what to do.</param>
internal sealed record CamtrapFault(string File, long? Row, string? Column, string What)
{
    public override string ToString() => $"{File}{(Row is { } row ? $", row {row}" : "")}{(Column is { } column ? $", column {column}" : "")}: {What}";
}

/// <summary>All that is wrong in a package; the first hundred are kept.</summary>
internal sealed class CamtrapFaults
{
    private const int Most = 100;
    private readonly List<CamtrapFault> named = [];

    public long Count { get; private set; }

    public IReadOnlyList<CamtrapFault> Named => named;

    public void Add(string file, long? row, string? column, string what)
    {
        Count++;
        if (named.Count < Most) named.Add(new CamtrapFault(file, row, column, what));
    }
}

/// <summary>A package cannot be read at all, or no further.</summary>
internal sealed class CamtrapFaultException(CamtrapFault fault) : Exception(fault.ToString())
{
    public CamtrapFaultException(string file, string what)
        : this(new CamtrapFault(file, null, null, what))
    {
    }

    public CamtrapFault Fault => fault;
}
