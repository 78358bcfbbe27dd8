namespace Lynceus.Cloud;

/// <summary>Why a file is not imported.</summary>
internal enum ImportRefusal
{
    /// <summary>It has no bytes.</summary>
    Empty,

    /// <summary>Its bytes are no picture or video of a kind that is taken, whatever its name says.</summary>
    NotTaken,

    /// <summary>It has more bytes than the limit.</summary>
    TooLarge,

    /// <summary>It says it has more pixels than the limit; nothing was decoded.</summary>
    TooManyPixels,

    /// <summary>No right to it, or a disk error.</summary>
    Unreadable,

    /// <summary>It was there when the folder was listed, and is gone.</summary>
    Vanished,

    /// <summary>It grew or changed while it was read.</summary>
    Changed,

    /// <summary>Its name is no text, too long, or leads out of where it lies.</summary>
    BadName,

    /// <summary>It does not lie where the pattern of deployments looks.</summary>
    NoDeployment,

    /// <summary>A link that leads out of the folder, to nothing or to itself.</summary>
    Link,

    /// <summary>A ZIP within what is imported.</summary>
    Nested,

    /// <summary>It needs a password.</summary>
    Encrypted,

    /// <summary>It unpacks to far more than it is, or to another size than it says.</summary>
    Bomb,

    /// <summary>What it is packed in cannot be read.</summary>
    Damaged,

    /// <summary>A file of results names it, and it is not there.</summary>
    NotThere,

    /// <summary>There is nothing on this machine that can decode it.</summary>
    NoDecoder,

    /// <summary>The server it was sent to would not have it.</summary>
    ByServer,
}

/// <summary>A file that was not imported.</summary>
/// <param name="File">Below what is imported, with <c>/</c>.</param>
/// <param name="Why">The reason's name.</param>
/// <param name="Detail">For people: what was wrong and what to do.</param>
internal sealed record Refused(string File, ImportRefusal Why, string Detail);

/// <summary>Thrown where a file is found to be one that is not imported.</summary>
internal sealed class ImportRefusedException(ImportRefusal why, string detail) : Exception(detail)
{
    public ImportRefusal Why => why;
}

/// <summary>Others' text for a terminal: whatever moves a cursor or turns a line around becomes a question mark.</summary>
internal static class Printable
{
    public static string Of(string text) => text.Any(IsHostile) ? string.Concat(text.Select(c => IsHostile(c) ? '?' : c)) : text;

    private static bool IsHostile(char c) => char.IsControl(c) || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator;
}
