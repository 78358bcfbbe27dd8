using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Lynceus.Cloud;

/// <summary>Alarms by e-mail, plain text, one connection a mail.</summary>
internal static class Mail
{
    private const int TlsFromTheStart = 465;

    /// <summary>Throws <see cref="NoticeFault"/> with what the server said.</summary>
    public static async Task SendAsync(SmtpTarget smtp, string to, Notice notice, CancellationToken cancel)
    {
        using var message = Written(smtp, to, notice);
        try
        {
            using var client = new SmtpClient();
            // With a password TLS is a must: a server that does not offer it is not told one.
            var how = smtp.Port == TlsFromTheStart ? SecureSocketOptions.SslOnConnect : smtp.User is not null && !smtp.IsLoopback ? SecureSocketOptions.StartTls : SecureSocketOptions.StartTlsWhenAvailable;
            await client.ConnectAsync(smtp.Host, smtp.Port, how, cancel);
            if (smtp.User is { } user) await client.AuthenticateAsync(user, smtp.Password ?? "", cancel);
            await client.SendAsync(message, cancel);
            await client.DisconnectAsync(quit: true, cancel);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or AuthenticationException or System.Security.Authentication.AuthenticationException or ProtocolException or CommandException or ServiceNotConnectedException
            or ServiceNotAuthenticatedException or NotSupportedException or SslHandshakeException)
        {
            throw new NoticeFault($"{smtp.Host}:{smtp.Port}: {Short(e)}");
        }
    }

    internal static MimeMessage Written(SmtpTarget smtp, string to, Notice notice)
    {
        var message = new MimeMessage
        {
            Subject = AlarmText.Subject(notice.Alarms),
            Body = new TextPart("plain") { Text = AlarmText.Body(notice.Alarms) },
            MessageId = $"{notice.NoticeID}@lynceus.{(smtp.From.Split('@') is [_, var domain] ? domain : "local")}", // the same when it is sent again, so that mail programs show it once
        };
        message.From.Add(new MailboxAddress("Lynceus", smtp.From));
        message.To.Add(new MailboxAddress("", to));
        message.Headers.Add("Auto-Submitted", "auto-generated"); // nobody's holiday answers it
        return message;
    }

    private static string Short(Exception e) => e switch
    {
        SmtpCommandException refused => $"the server refused: {(int)refused.StatusCode} {refused.Message}",
        SslHandshakeException => "TLS with the server failed: its certificate is not one that this machine trusts, or it speaks no TLS there",
        _ => e.Message,
    };
}
