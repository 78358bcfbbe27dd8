using System.CommandLine;
using System.CommandLine.Parsing;

namespace Lynceus.Cloud;

/// <summary>Options of <c>cloud run</c> for the doors with TLS.</summary>
internal sealed class TlsOptions
{
    private readonly Option<string?> mqtts = new("--mqtts")
    {
        Description = "Where hubs connect with TLS 1.3 and a certificate (cloud hubs add), HOST:PORT. Not opened if not given.",
        HelpName = "ADDR",
        Validators = { CloudCommand.MustBeAddress },
    };

    private readonly Option<string?> https = new("--https")
    {
        Description = "Where the page, the API and hubs that come by HTTPS are served with TLS, HOST:PORT. People need the token, hubs a certificate or a password. Not opened if not given.",
        HelpName = "ADDR",
        Validators = { CloudCommand.MustBeAddress },
    };

    private readonly Option<string[]> names = new("--tls-name")
    {
        Description = "Names and addresses that hubs know this machine by; for a server certificate of the own authority.",
        HelpName = "NAME",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
        Validators = { MustBeNames },
    };

    private readonly Option<string?> certificate = new("--tls-cert") { Description = "A server certificate of another authority, with its chain, as PEM. Read again when it changes.", HelpName = "FILE" };

    private readonly Option<string?> key = new("--tls-key") { Description = "The key to --tls-cert, as PEM, if it is not in the same file.", HelpName = "FILE" };

    public void AddTo(Command run)
    {
        run.Add(mqtts);
        run.Add(https);
        run.Add(names);
        run.Add(certificate);
        run.Add(key);
    }

    public CloudSettings Read(ParseResult result, CloudSettings settings) => settings with
    {
        Mqtts = result.GetValue(mqtts) is { } address ? CloudCommand.Parse(address) : null,
        Https = result.GetValue(https) is { } door ? CloudCommand.Parse(door) : null,
        TlsNames = result.GetValue(names) ?? [],
        TlsCertificate = result.GetValue(certificate),
        TlsKey = result.GetValue(key),
    };

    public static void MustBeNames(OptionResult option)
    {
        foreach (var token in option.Tokens.Where(t => !ServerNames.Is(t.Value))) option.AddError($"--tls-name: '{token.Value}' is no host name and no IP address");
    }
}
