using System.CommandLine;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>Options of <c>cloud run</c> (and of trying a channel) for how alarms leave this cloud. Secrets come by the environment: a command line stands in the list of processes.</summary>
internal sealed class NoticeOptions
{
    private const string SmtpPassword = "LYNCEUS_SMTP_PASSWORD", WebhookSecret = "LYNCEUS_WEBHOOK_SECRET";

    private readonly Option<string?> smtp = new("--smtp")
    {
        Description = "The mail server for alarms, HOST:PORT. TLS from the start on port 465, else STARTTLS where it is offered; with --smtp-user always, unless it is this machine.",
        HelpName = "ADDR",
        Validators =
        {
            option =>
            {
                if (option.Tokens.Count > 0 && !SmtpTarget.TryParse(option.Tokens[0].Value, out _, out _)) option.AddError($"--smtp: '{option.Tokens[0].Value}' is not HOST:PORT, as in mail.example.org:587");
            },
        },
    };

    private readonly Option<string?> from = new("--smtp-from")
    {
        Description = "With --smtp: the address that alarms come from.",
        HelpName = "ADDRESS",
        Validators =
        {
            option =>
            {
                if (option.Tokens.Count > 0 && !NoticeChannel.IsAddress(option.Tokens[0].Value)) option.AddError($"--smtp-from: '{option.Tokens[0].Value}' is no e-mail address");
            },
        },
    };

    private readonly Option<string?> user = new("--smtp-user") { Description = $"With --smtp: the user at the server; the password stands in the environment variable {SmtpPassword}.", HelpName = "NAME" };

    private readonly Option<string?> webhook = new("--webhook")
    {
        Description = $"Where alarms are posted as JSON, signed with the secret in the environment variable {WebhookSecret} (16 characters or more). Any address, of this network too; redirects are not followed.",
        HelpName = "URL",
        Validators =
        {
            option =>
            {
                if (option.Tokens.Count > 0 && Address(option.Tokens[0].Value) is null) option.AddError($"--webhook: '{option.Tokens[0].Value}' is not http://… or https://…, without a name or password in it");
            },
        },
    };

    private readonly Option<string[]> listeners = new("--alarm-listener")
    {
        Description = $"A hub, or what has a hub's password or certificate, that may listen to alarms at the broker within, on {NoticeTargets.AlarmTopic}. May be given several times.",
        HelpName = "NAME",
        Validators =
        {
            option =>
            {
                foreach (var token in option.Tokens.Where(t => !Ids.IsHub(t.Value))) option.AddError($"--alarm-listener: '{token.Value}' is not 1 to 32 of a-z, 0-9 and '-'");
            },
        },
    };

    public void AddTo(Command run)
    {
        AddSendingTo(run);
        run.Add(listeners);
    }

    /// <summary>Without those who listen at a broker.</summary>
    public void AddSendingTo(Command command)
    {
        command.Add(smtp);
        command.Add(from);
        command.Add(user);
        command.Add(webhook);
        command.Validators.Add(result =>
        {
            if (result.GetResult(smtp) is null != result.GetResult(from) is null) result.AddError("--smtp and --smtp-from: both are needed, or none");
            if (result.GetResult(user) is not null && result.GetResult(smtp) is null) result.AddError("--smtp-user needs --smtp");
        });
    }

    public CloudSettings Read(ParseResult result, CloudSettings settings) => settings with { Notices = Targets(result) with { Listeners = result.GetValue(listeners) ?? [] } };

    public NoticeTargets Targets(ParseResult result) => new() { Smtp = Smtp(result), Webhook = result.GetValue(webhook) is { } uri ? Address(uri) : null, WebhookSecret = Secret(result.GetValue(webhook)) };

    private SmtpTarget? Smtp(ParseResult result)
    {
        if (result.GetValue(smtp) is not { } address || !SmtpTarget.TryParse(address, out var host, out var port)) return null;
        var password = Environment.GetEnvironmentVariable(SmtpPassword);
        if (result.GetValue(user) is not null && string.IsNullOrEmpty(password)) throw new StartException($"--smtp-user: its password must stand in the environment variable {SmtpPassword}");
        return new SmtpTarget(host, port, result.GetValue(from)!) { User = result.GetValue(user), Password = password };
    }

    private static string? Secret(string? webhook)
    {
        if (webhook is null) return null;
        var secret = Environment.GetEnvironmentVariable(WebhookSecret);
        return secret is { Length: >= Webhook.LeastSecret } ? secret : throw new StartException($"--webhook: a secret of {Webhook.LeastSecret} characters or more must stand in the environment variable {WebhookSecret}, so that the receiver can tell that it is this cloud");
    }

    private static Uri? Address(string text) => text.Length <= 2000 && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Scheme: "http" or "https" } && uri.UserInfo.Length == 0 ? uri : null;
}
