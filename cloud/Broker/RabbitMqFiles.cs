using System.Text.Json;

namespace Lynceus.Cloud;

/// <summary>The settings of a RabbitMQ (3.10 and later) that lets hubs in by the certificates of this cloud's authority.</summary>
internal static class RabbitMqFiles
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public const string Plugins = "[rabbitmq_mqtt,rabbitmq_auth_mechanism_ssl].\n";

    public static string Conf(string folder, BindAddress listen) => $"""
        # RabbitMQ for Lynceus. Written by 'cloud broker rabbitmq'; written again by it.
        listeners.tcp = none
        mqtt.listeners.tcp = none
        mqtt.listeners.ssl.1 = {listen}
        mqtt.allow_anonymous = false
        mqtt.vhost = /
        mqtt.exchange = amq.topic
        mqtt.ssl_cert_login = true
        ssl_cert_login_from = common_name

        # In place of MQTT 5's receive maximum: what may be on its way to the cloud unacknowledged.
        mqtt.prefetch = 512
        mqtt.subscription_ttl = 86400000

        ssl_options.cacertfile = {folder}/ca.pem
        ssl_options.certfile = {folder}/broker.pem
        ssl_options.keyfile = {folder}/broker.key
        ssl_options.versions.1 = tlsv1.3
        ssl_options.verify = verify_peer
        ssl_options.fail_if_no_peer_cert = true

        # Users and rights. After 'cloud hubs add': cloud broker rabbitmq again, and rabbitmqctl import_definitions {folder}/definitions.json
        # RabbitMQ reads no list of revoked certificates. After 'cloud hubs revoke NAME': rabbitmqctl delete_user NAME
        load_definitions = {folder}/definitions.json

        """;

    /// <summary>
    /// Users and rights, read at start and by <c>rabbitmqctl import_definitions</c>. No user has a password: only its certificate opens it.
    /// RabbitMQ writes a topic's '/' as '.', and in a filter '+' as '*'.
    /// </summary>
    /// <param name="hubs">The hubs that have a certificate that holds.</param>
    public static string Definitions(IReadOnlyList<string> hubs)
    {
        const string own = "^mqtt-subscription-.*$", use = "^(mqtt-subscription-.*|amq\\.topic)$";
        string[] all = [MosquittoFiles.CloudUser, .. hubs];
        return JsonSerializer.Serialize(new
        {
            vhosts = new[] { new { name = "/" } },
            users = all.Select(name => new { name, password_hash = "", hashing_algorithm = "rabbit_password_hashing_sha256", tags = Array.Empty<string>() }),
            permissions = all.Select(user => new { user, vhost = "/", configure = own, write = use, read = use }),
            topic_permissions = all.Select(user => Topics(user, user == MosquittoFiles.CloudUser
                ? (@"^ct\.v1\..*$", @"^ct\.v1\..*$")
                : (@"^ct\.v1\.{username}\.(state|health|effort|answer|capture\..*|media\..*)$", @"^ct\.v1\.{username}\.(receipt|request|desired)$"))),
        }, Indented) + "\n";
    }

    private static object Topics(string user, (string Write, string Read) may) => new { user, vhost = "/", exchange = "amq.topic", write = may.Write, read = may.Read };
}
