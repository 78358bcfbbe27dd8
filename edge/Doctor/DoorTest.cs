using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>Whether the cloud's door for HTTPS lets this hub in. It asks for an upload that cannot be there, which changes nothing: who is let in hears that it is not known.</summary>
internal static class DoorTest
{
    /// <summary>Throws <see cref="LinkDownException"/> with what stands in the way.</summary>
    public static async Task<string> LoginAsync(Dial dial, UplinkOptions options, string hub, CancellationToken stop)
    {
        using var http = DoorClient.Make(dial, options, hub, connections: 1);
        using var request = DoorClient.Request(HttpMethod.Head, $"api/v1/uploads/{hub}/{Ids.Media(Guid.Empty, "1")}/frame");
        request.Headers.Add("Tus-Resumable", "1.0.0");
        using var answer = await http.SendAsync(request, stop);
        return HttpsTroubles.Of(answer, options, dial.Troubles) is { } trouble ? throw new LinkDownException(trouble) : $"lets hub {hub} in";
    }
}
