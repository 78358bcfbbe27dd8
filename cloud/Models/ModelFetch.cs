using System.Net;
using System.Net.Http.Headers;
using Lynceus.Vision;

namespace Lynceus.Cloud;

/// <summary>Brings a model's file into a folder, from the disk or over HTTPS. A download that was cut short goes on where it ended; nothing counts before its hash is right.</summary>
internal sealed class ModelFetch(string folder, HttpClient http)
{
    private const int Step = 1024 * 1024;

    /// <summary>Gives the path of a file whose SHA-256 is the wanted one. Throws <see cref="StartException"/> with the reason.</summary>
    /// <param name="source">A file, or an address that begins with https.</param>
    /// <param name="sha256">64 small hex digits.</param>
    /// <param name="cancel">What is here by then stays, for the next try.</param>
    public async Task<string> BringAsync(string source, string sha256, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $".part-{sha256}");
        var address = AddressOf(source);
        try
        {
            if (address is not null) await DownloadAsync(address, path, cancel);
            else await CopyAsync(source, path, cancel);
            ModelFiles.CheckHash(source, path, sha256);
            return path;
        }
        catch (ModelRefusedException e)
        {
            File.Delete(path); // going on with it would never make it right
            throw new StartException($"{source}: {e.Reason.Replace(path, "what came", StringComparison.Ordinal).Replace("the catalog says", "--sha256 says", StringComparison.Ordinal)}");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{source}: {e.Message}{(address is not null && File.Exists(path) ? "; what came so far is kept, and the same command goes on from there" : "")}");
        }
    }

    private static Uri? AddressOf(string source)
    {
        if (!source.Contains("://", StringComparison.Ordinal)) return null;
        return Uri.TryCreate(source, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps && address.UserInfo.Length == 0
            ? address
            : throw new StartException($"{source}: models are fetched over https:// only, without a name or password in the address");
    }

    private static async Task CopyAsync(string source, string path, CancellationToken cancel)
    {
        if (!File.Exists(source)) throw new IOException("there is no such file");
        await using var from = File.OpenRead(source);
        if (from.Length > ModelFiles.MostBytes) throw new IOException($"it has {from.Length} bytes; at most {ModelFiles.MostBytes} are taken");
        await using var to = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None);
        await from.CopyToAsync(to, Step, cancel);
        await to.FlushAsync(cancel);
        RandomAccess.FlushToDisk(to.SafeFileHandle);
    }

    private async Task DownloadAsync(Uri address, string path, CancellationToken cancel)
    {
        var here = File.Exists(path) ? new FileInfo(path).Length : 0;
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (here > 0) request.Headers.Range = new RangeHeaderValue(here, null);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable) return; // all of it is here, or more: the hash says
        response.EnsureSuccessStatusCode();
        if (response.RequestMessage?.RequestUri?.Scheme != Uri.UriSchemeHttps) throw new HttpRequestException("it leads away from https");
        var goesOn = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == here;
        await using var to = new FileStream(path, goesOn ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.None);
        await using var from = await response.Content.ReadAsStreamAsync(cancel);
        var buffer = new byte[Step];
        for (int read; (read = await from.ReadAsync(buffer, cancel)) > 0;)
        {
            if (to.Length + read > ModelFiles.MostBytes)
            {
                to.SetLength(0); // nothing to go on with
                throw new HttpRequestException($"it has more than {ModelFiles.MostBytes} bytes, and no more are taken");
            }
            await to.WriteAsync(buffer.AsMemory(0, read), cancel);
        }
        await to.FlushAsync(cancel);
        RandomAccess.FlushToDisk(to.SafeFileHandle);
    }
}
