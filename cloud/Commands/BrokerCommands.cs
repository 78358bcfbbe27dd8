using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary><c>cloud broker</c>: settings and certificates for a broker that stands elsewhere.</summary>
internal static class BrokerCommands
{
    private static readonly Option<string> Out = new("--out") { Description = "Folder to write to; made if it is not there.", HelpName = "DIR", Required = true };

    private static readonly Option<string> Listen = new("--listen")
    {
        Description = "Where the broker listens, HOST:PORT.",
        HelpName = "ADDR",
        DefaultValueFactory = _ => "*:8883",
        Validators = { CloudCommand.MustBeAddress },
    };

    private static readonly Option<string[]> Names = new("--tls-name")
    {
        Description = "Names and addresses that hubs and this cloud know the broker's machine by.",
        HelpName = "NAME",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
        Validators = { TlsOptions.MustBeNames },
    };

    public static Command Broker(Option<string> data) => new("broker", "Writes settings, rights and certificates for a broker that stands elsewhere (cloud run --broker).")
    {
        Verb("mosquitto", "For Eclipse Mosquitto 2: hubs come in by their certificates, and hear and say below their own topics only.", data, Mosquitto),
        Verb("rabbitmq", "For RabbitMQ 3.10 and later, which speaks MQTT 3.1.1: no reasons, no expiry, no shared work; revoking needs a command more.", data, RabbitMq),
    };

    private static Command Verb(string name, string description, Option<string> data, Action<LynceusDb, CertificateAuthority, string, BindAddress> write)
    {
        var verb = new Command(name, description) { data, CloudCommand.Db, Out, Listen, Names };
        verb.SetAction(result =>
        {
            var (folder, listen) = (Path.GetFullPath(result.GetValue(Out)!), CloudCommand.Parse(result.GetValue(Listen)!));
            using var db = HubCommands.Open(result.GetValue(data)!, result);
            using var authority = CertificateAuthority.Open(result.GetValue(data)!, TimeProvider.System);
            try
            {
                DurableFile.CreateFolder(folder);
                Certificates(db, authority, folder, result.GetValue(Names) is { Length: > 0 } names ? names : ServerNames.Usual(listen));
                write(db, authority, folder, listen);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new StartException($"--out {folder}: {e.Message}");
            }
            Console.WriteLine($"""
                {folder}: settings and certificates of the broker, {name}. broker.key and cloud.pem are secrets: the broker's user reads the first, this cloud the second.
                Then: cloud run --broker mqtts://HOST:{listen.Port} --broker-cert {Path.Combine(folder, "cloud.pem")}
                That no hub speaks for another is now the broker's promise, by these rules: this cloud believes the topic.
                """);
        });
        return verb;
    }

    // What is there stays: written again, the broker and the cloud keep their certificates, until one is taken away by hand.
    private static void Certificates(LynceusDb db, CertificateAuthority authority, string folder, IReadOnlyList<string> names)
    {
        var tenYears = TimeSpan.FromDays(3650);
        NewFile.Public(Path.Combine(folder, "ca.pem"), authority.Pem + "\n");
        HubCertificates.WriteRevoked(db, authority);
        if (!File.Exists(Path.Combine(folder, "broker.key")))
        {
            using var broker = authority.ForServer(names, tenYears);
            File.Delete(Path.Combine(folder, "broker.pem"));
            NewFile.Public(Path.Combine(folder, "broker.pem"), broker.ExportCertificatePem() + "\n");
            NewFile.Private(Path.Combine(folder, "broker.key"), Key(broker));
        }
        if (File.Exists(Path.Combine(folder, "cloud.pem"))) return;
        using var cloud = authority.ForClient(MosquittoFiles.CloudUser, tenYears);
        NewFile.Private(Path.Combine(folder, "cloud.pem"), $"{Key(cloud)}{cloud.ExportCertificatePem()}\n{authority.Pem}\n");
    }

    private static void Mosquitto(LynceusDb db, CertificateAuthority authority, string folder, BindAddress listen)
    {
        DurableFile.CreateFolder(Path.Combine(folder, "data"));
        Write(folder, "mosquitto.conf", MosquittoFiles.Conf(folder, authority.RevokedFile, listen));
        Write(folder, "acl", MosquittoFiles.Acl());
    }

    private static void RabbitMq(LynceusDb db, CertificateAuthority authority, string folder, BindAddress listen)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        Write(folder, "rabbitmq.conf", RabbitMqFiles.Conf(folder, listen));
        Write(folder, "enabled_plugins", RabbitMqFiles.Plugins);
        Write(folder, "definitions.json", RabbitMqFiles.Definitions(db.HubCertificates.Where(c => c.RevokedAt == null && c.NotAfter > now).Select(c => c.Hub).Distinct().OrderBy(h => h).ToList()));
    }

    private static void Write(string folder, string name, string text) => DurableFile.Write(Path.Combine(folder, name), Encoding.UTF8.GetBytes(text));

    private static string Key(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        return key.ExportPkcs8PrivateKeyPem() + "\n";
    }
}
