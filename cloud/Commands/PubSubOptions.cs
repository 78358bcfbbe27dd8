using System.CommandLine;
using Lynceus.PubSub;

namespace Lynceus.Cloud;

/// <summary>Options of <c>cloud run</c> for hubs, or a bridge, that speak through Google Pub/Sub.</summary>
internal sealed class PubSubOptions
{
    private readonly Option<string?> messages = Named("--pubsub", "A Pub/Sub subscription that brings what hubs publish. Credentials are found as gcloud finds them.", "projects/P/subscriptions/S", ResourceName.IsSubscription);
    private readonly Option<string?> receipts = Named("--pubsub-receipts", "With --pubsub: the Pub/Sub topic that takes receipts back to the hubs.", "projects/P/topics/T", ResourceName.IsTopic);

    public void AddTo(Command run)
    {
        run.Add(messages);
        run.Add(receipts);
        run.Validators.Add(result =>
        {
            if (result.GetValue(messages) is null != result.GetValue(receipts) is null) result.AddError("--pubsub and --pubsub-receipts: both are needed, or none");
        });
    }

    public CloudSettings Read(ParseResult result, CloudSettings settings)
        => settings with { PubSub = result.GetValue(messages), PubSubReceipts = result.GetValue(receipts) };

    /// <summary>An option whose value is a full name of Pub/Sub's.</summary>
    public static Option<string?> Named(string name, string description, string form, Func<string, bool> isName) => new(name)
    {
        Description = description, HelpName = form,
        Validators =
        {
            option =>
            {
                if (option.Tokens.Count > 0 && !isName(option.Tokens[0].Value)) option.AddError($"{name}: '{option.Tokens[0].Value}' is not {form}");
            },
        },
    };
}
