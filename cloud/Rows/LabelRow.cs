namespace Lynceus.Cloud;

/// <summary>What a person did.</summary>
internal enum LabelKind
{
    /// <summary>Said that a machine is right; what it said then is copied.</summary>
    Accept,

    /// <summary>Said what is in the media.</summary>
    Correct,

    /// <summary>Took a label back: an earlier one, or a machine, has the word again.</summary>
    Withdraw,
}

/// <summary>One word of a person on one media. None is ever changed or removed: the newest that was not taken back is current. What it says is in its <see cref="ObservationRow"/>s.</summary>
internal sealed class LabelRow
{
    public long Id { get; set; }

    /// <summary>Given by who sends it, so that sending it again adds nothing.</summary>
    public Guid LabelID { get; set; }
    public long MediaRowId { get; set; }
    public MediaRow Media { get; set; } = null!;
    public LabelKind Kind { get; set; }

    /// <summary>Who, as they call themselves.</summary>
    public required string By { get; set; }
    public DateTime At { get; set; }
    public string? Comment { get; set; }

    /// <summary>Of a withdrawal: the label that was taken back.</summary>
    public long? WithdrawsRowId { get; set; }

    /// <summary>Whether it is the word that counts now; <see cref="CurrentRule"/> keeps it.</summary>
    public bool Current { get; set; }
}
