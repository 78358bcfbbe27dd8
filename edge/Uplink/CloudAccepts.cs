using System.Text.Json;
using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>What this hub's cloud can read besides plain JSON and JPEG, as its last receipt said. Remembered on the card: tiers are made before there is a link.</summary>
internal sealed class CloudAccepts
{
    private readonly string path;
    private volatile string[] words;

    public CloudAccepts(string dataFolder)
    {
        path = Path.Combine(dataFolder, "cloud.json");
        words = Read();
    }

    public bool Webp => words.Contains("image/webp");

    /// <summary>Packed JSON.</summary>
    public bool Packed => words.Contains(Wire.Packed);

    public void Take(Receipt receipt)
    {
        if (receipt.Accepts is not { Count: <= 32 } said || said.ToHashSet().SetEquals(words)) return;
        words = [.. said];
        DurableFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(words, EdgeJson.Default.StringArray));
    }

    /// <summary>What cannot be read is as if nothing had been said: the next receipt says it again.</summary>
    private string[] Read()
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), EdgeJson.Default.StringArray) ?? [] : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
