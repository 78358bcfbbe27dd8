using System.Text;
using System.Text.RegularExpressions;
using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Cloud;

/// <summary>Whose a file is.</summary>
/// <param name="DeploymentID">Null where nothing says so.</param>
/// <param name="CameraID">Which camera took it.</param>
internal sealed record CameraPlace(string? DeploymentID, string CameraID);

/// <summary>
/// From a file's folders to its deployment and camera: <c>{deployment}/**</c>, <c>{site}/{camera}/**</c>, <c>season-*/{deployment}/DCIM/**</c>, or one name for all.
/// Without <c>{deployment}</c> it is what all names in braces say, with '/' between; without <c>{camera}</c> the camera is called like its deployment.
/// </summary>
internal sealed partial class DeploymentPattern
{
    private const string Deployment = "deployment";
    private const string Camera = "camera";
    private readonly Regex? regex;
    private readonly CameraPlace? all;
    private readonly string? root;

    private DeploymentPattern(Regex? regex, CameraPlace? all, string? root) => (this.regex, this.all, this.root) = (regex, all, root);

    /// <summary>The first folder that people named is deployment and camera; where there is none, what is imported gives its name.</summary>
    public static DeploymentPattern FirstFolder(string? root) => new(regex: null, all: null, root);

    /// <summary>All files are of one.</summary>
    public static DeploymentPattern Always(CameraPlace place) => new(regex: null, place, root: null);

    /// <summary>Throws <see cref="FormatException"/> with what is wrong in it.</summary>
    public static DeploymentPattern Parse(string text)
    {
        if (text.Length is 0 or > Wire.MaxPathLength) throw Wrong($"must have 1 to {Wire.MaxPathLength} characters");
        if (text.IndexOfAny(['{', '}', '*', '/']) < 0) return FileNames.Fault(text) is null && text.Length <= Wire.MaxNameLength ? Always(new CameraPlace(text, text)) : throw Wrong($"a name has at most {Wire.MaxNameLength} printable characters");
        var levels = text.Split('/');
        if (Array.IndexOf(levels, "**") is >= 0 and var any && any < levels.Length - 1) throw Wrong("'**' can only stand at the end");
        if (levels.Any(l => l is "" or "." or "..")) throw Wrong("must be relative, with '/' between folders");
        var names = Named().Matches(text).Select(m => m.Groups[1].Value).ToList();
        if (names.Distinct().Count() != names.Count) throw Wrong("each name in braces can stand there once");
        if (Named().Replace(text, "").IndexOfAny(['{', '}']) >= 0) throw Wrong("a name in braces has 1 to 32 letters or digits, as in {deployment}");
        if (names.Count == 0) throw Wrong("names nothing; say which folder is the deployment, as in {deployment}/**");
        var folders = levels[^1] == "**" ? $"{string.Concat(levels[..^1].Select(l => Level(l) + "/"))}.+" : string.Join('/', levels.Select(Level));
        return new(new Regex($"^{folders}\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture), null, null);
    }

    /// <summary>Throws <see cref="ImportRefusedException"/> if the file lies elsewhere, or its folders make no name.</summary>
    public CameraPlace Of(string relativePath)
    {
        if (all is not null) return all;
        if (regex is null) return CardFolders.Named(relativePath) is { } folder ? Checked(folder, folder) : root is null ? new CameraPlace(null, Ids.UploadHub) : Checked(root, root);
        var match = regex.Match(relativePath);
        if (!match.Success) throw new ImportRefusedException(ImportRefusal.NoDeployment, "does not lie where --deployment says");
        var said = match.Groups.Values.Skip(1).ToDictionary(g => g.Name, g => g.Value);
        var deployment = said.GetValueOrDefault(Deployment) ?? string.Join('/', said.Values);
        return Checked(deployment, said.GetValueOrDefault(Camera) ?? deployment);
    }

    private static CameraPlace Checked(string deployment, string camera)
        => deployment.Length is > 0 and <= Wire.MaxNameLength && camera.Length is > 0 and <= Wire.MaxNameLength ? new(deployment, camera)
            : throw new ImportRefusedException(ImportRefusal.NoDeployment, $"its folders make a name of more than {Wire.MaxNameLength} characters");

    private static string Level(string level)
    {
        if (level == "**") return ".+";
        var regex = new StringBuilder();
        var at = 0;
        foreach (Match part in Part().Matches(level))
        {
            regex.Append(Regex.Escape(level[at..part.Index])).Append(part.Value == "*" ? "[^/]*" : $"(?<{part.Value[1..^1]}>[^/]+)");
            at = part.Index + part.Length;
        }
        return regex.Append(Regex.Escape(level[at..])).ToString();
    }

    private static FormatException Wrong(string what) => new(what);

    [GeneratedRegex(@"\{([A-Za-z][A-Za-z0-9]{0,31})\}")]
    private static partial Regex Named();

    [GeneratedRegex(@"\*|\{[A-Za-z][A-Za-z0-9]{0,31}\}")]
    private static partial Regex Part();
}
