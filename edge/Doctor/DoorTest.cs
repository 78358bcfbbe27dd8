using System.Net.Http.Headers;
using System.Text;
using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>Whether the cloud's door for HTTPS lets this hub in. It asks for an upload that cannot be there, which changes nothing: who is let in hears that it is not known.</summary>
internal static class DoorTest
{
    /// <summary>Throws <see cref="LinkDownException"/> with what stands in the way.</summary>
    public static async Task<string> LoginAsync(UplinkOptions options, string hub, CancellationToken stop)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        using var http = new HttpClient(handler);
        var cloud = new Uri(options.Cloud.TrimEnd('/') + "/");
        using var request = new HttpRequestMessage(HttpMethod.Head, new Uri(cloud, $"api/v1/uploads/{hub}/{Ids.Media(Guid.Empty, "1")}/frame"));
        request.Headers.Add("Tus-Resumable", "1.0.0");
        if (options.Password.Length > 0) request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{hub}:{options.Password}")));
        using var answer = await http.SendAsync(request, stop);
        return HttpsTroubles.Of(answer, cloud.Authority) is { } trouble ? throw trouble : $"lets hub {hub} in";
    }

    public static (string What, string Remedy) Trouble(Exception e, string hub) => (e.Message, (e as LinkDownException)?.State switch
    {
        LinkState.NotAllowed => $"On the cloud: cloud hubs add {hub}; put what it prints into LYNCEUS_Uplink__Password",
        LinkState.CaptivePortal => "Log in to the network with a phone or laptop, or ask for one that wants no log-in; else mend Uplink:Cloud",
        LinkState.BrokerFull => "The cloud is busy or its disk is full: ask whoever runs it",
        _ => "Check that Uplink:Cloud is the address of the cloud's page",
    });
}
