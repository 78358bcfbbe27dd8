using System.Text.Json;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>What the door says, in HTTP's words.</summary>
internal static class DoorAnswers
{
    public static Task WriteAsync(HttpResponse response, DoorAnswer answer, int status = StatusCodes.Status200OK)
    {
        var bytes = Wire.Write(status < 400 ? answer : answer with { Status = status });
        response.StatusCode = status;
        response.ContentType = status < 400 ? "application/json" : "application/problem+json";
        response.ContentLength = bytes.Length;
        return response.Body.WriteAsync(bytes, response.HttpContext.RequestAborted).AsTask();
    }

    public static Task RefuseAsync(HttpResponse response, IngestResult result, IReadOnlyList<Receipt> receipts)
        => WriteAsync(response, new DoorAnswer { Title = "The message was refused", Refused = result.Refused, Detail = result.Detail, Receipts = receipts }, Status(result.Refused!.Value));

    public static Task NotThisHubAsync(HttpResponse response, ClosedDoor closed)
    {
        response.Headers[DoorAnswer.LinkHeader] = JsonNamingPolicy.CamelCase.ConvertName($"{closed.State}");
        response.Headers.WWWAuthenticate = "Basic realm=\"hub\"";
        return WriteAsync(response, new DoorAnswer { Title = "This hub may not speak here", Refused = Refusal.WrongHub, Detail = closed.Why }, StatusCodes.Status401Unauthorized);
    }

    private static int Status(Refusal refused) => refused switch
    {
        Refusal.WrongHub => StatusCodes.Status403Forbidden,
        Refusal.WrongTopic or Refusal.NoRecord or Refusal.NoSuchMedia => StatusCodes.Status404NotFound,
        Refusal.Conflict => StatusCodes.Status409Conflict,
        Refusal.TooLarge or Refusal.BeyondTotal => StatusCodes.Status413PayloadTooLarge,
        Refusal.HashMismatch => StatusCodes.Status422UnprocessableEntity,
        _ => StatusCodes.Status400BadRequest,
    };
}
