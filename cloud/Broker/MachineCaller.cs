using Google.Apis.Auth.OAuth2;
using Lynceus.PubSub;

namespace Lynceus.Cloud;

/// <summary>The credentials of a machine that is not in the field: those that GOOGLE_APPLICATION_CREDENTIALS names, of gcloud, or of the machine on which it runs.</summary>
internal static class MachineCaller
{
    public static async Task<Caller> FindAsync(CancellationToken stop)
    {
        try
        {
            var credential = (await GoogleCredential.GetApplicationDefaultAsync(stop)).CreateScoped(TokenFile.Scope);
            var who = credential.UnderlyingCredential is ServiceAccountCredential account ? account.Id : "the application's default credentials";
            return new Caller(who, async end => await TokenAsync(credential, end));
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or Newtonsoft.Json.JsonException)
        {
            throw new PubSubException(PubSubFault.NotKnown, $"no credentials for Google Cloud ({e.Message}): set GOOGLE_APPLICATION_CREDENTIALS, or gcloud auth application-default login", e);
        }
    }

    private static async Task<string> TokenAsync(ITokenAccess credential, CancellationToken stop)
    {
        try
        {
            return await credential.GetAccessTokenForRequestAsync(cancellationToken: stop);
        }
        catch (Exception e) when (e is HttpRequestException or Google.Apis.Auth.OAuth2.Responses.TokenResponseException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            throw new PubSubException(e is Google.Apis.Auth.OAuth2.Responses.TokenResponseException ? PubSubFault.NotKnown : PubSubFault.Passing, $"no token for Google Cloud: {e.Message}", e);
        }
    }
}
