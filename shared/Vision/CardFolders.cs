namespace Lynceus.Vision;

/// <summary>Which folders of a card people named, and which the camera made.</summary>
public static class CardFolders
{
    /// <summary>The first folder that is not one of the camera's own (<c>DCIM</c>, <c>100RECNX</c>); null where there is none.</summary>
    /// <param name="relative">A file's path below the card's root, with <c>/</c>.</param>
    public static string? Named(string relative)
        => Array.Find(relative.Split('/')[..^1], f => !f.Equals("DCIM", StringComparison.OrdinalIgnoreCase) && !IsDcf(f));

    /// <summary>Three digits and five letters, as the DCF standard (JEITA CP-3461) names a camera's folders.</summary>
    private static bool IsDcf(string name) => name.Length == 8 && name[..3].All(char.IsAsciiDigit) && name[3..].All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
