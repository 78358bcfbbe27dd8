using System.CommandLine;
using System.CommandLine.Parsing;

namespace Lynceus.Cloud;

/// <summary>Options of <c>cloud run</c> for a broker that stands elsewhere.</summary>
internal sealed class BrokerOptions
{
    private const string PasswordVariable = "LYNCEUS_BROKER_PASSWORD";

    private readonly Option<string?> broker = new("--broker")
    {
        Description = "A broker that hubs connect to, mqtts://HOST[:PORT], in place of the one within this program (--mqtt, --mqtts). See: cloud broker --help",
        HelpName = "URI",
        Validators = { MustBeBroker },
    };

    private readonly Option<string?> certificate = new("--broker-cert") { Description = "This cloud's key, certificate and authority for the broker, in one PEM file.", HelpName = "FILE" };

    private readonly Option<string?> user = new("--broker-user") { Description = $"This cloud's user at the broker; its password stands in the environment variable {PasswordVariable}.", HelpName = "NAME" };

    public void AddTo(Command run)
    {
        run.Add(broker);
        run.Add(certificate);
        run.Add(user);
        run.Validators.Add(result =>
        {
            if (result.GetResult(broker) is null && (result.GetResult(certificate) is not null || result.GetResult(user) is not null)) result.AddError("--broker-cert and --broker-user need --broker");
            if (result.GetResult(broker) is not null && result.GetResult("--mqtts") is OptionResult { Implicit: false }) result.AddError("--mqtts is for the broker within; with --broker hubs connect there");
        });
    }

    public CloudSettings Read(ParseResult result, CloudSettings settings) => settings with { Broker = Target(result) };

    /// <summary>Null if none is named.</summary>
    public BrokerTarget? Target(ParseResult result)
    {
        if (result.GetValue(broker) is not { } text || !BrokerTarget.TryParse(text, out var address)) return null;
        return new BrokerTarget
        {
            Address = address,
            Certificate = result.GetValue(certificate),
            User = result.GetValue(user),
            Password = Environment.GetEnvironmentVariable(PasswordVariable),
        }.Checked();
    }

    private static void MustBeBroker(OptionResult option)
    {
        if (option.GetValueOrDefault<string?>() is { } text && !BrokerTarget.TryParse(text, out _)) option.AddError($"--broker: '{text}' is not mqtts://HOST[:PORT] or mqtt://HOST[:PORT]");
    }
}
