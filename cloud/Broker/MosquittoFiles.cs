namespace Lynceus.Cloud;

/// <summary>The settings of an Eclipse Mosquitto that lets hubs in by the certificates of this cloud's authority.</summary>
internal static class MosquittoFiles
{
    /// <summary>The cloud's own user: no hub can have this name.</summary>
    public const string CloudUser = "lynceus.cloud";

    /// <param name="folder">Where the files lie on the broker's machine.</param>
    /// <param name="revoked">The authority's list of revoked certificates.</param>
    /// <param name="listen">Address and port.</param>
    public static string Conf(string folder, string revoked, BindAddress listen) => $"""
        # Mosquitto 2 for Lynceus. Written by 'cloud broker mosquitto'; written again by it.
        # Start:            mosquitto -c {folder}/mosquitto.conf
        # After a revoke:   kill -HUP (reads {revoked} again); a restart closes open connections, too.
        per_listener_settings false
        listener {listen.Port} {listen.Address}
        tls_version tlsv1.3
        cafile {folder}/ca.pem
        certfile {folder}/broker.pem
        keyfile {folder}/broker.key
        crlfile {revoked}
        require_certificate true
        use_identity_as_username true
        # No hub can take over the connection of another, or of the cloud, by its client id.
        use_username_as_clientid true
        allow_anonymous false
        acl_file {folder}/acl

        # Nothing that was acknowledged is lost with the process: it is written down every few messages, and at the latest each minute.
        persistence true
        persistence_location {folder}/data/
        autosave_interval 60
        persistent_client_expiration 14d

        # A hub is slowed down, not cut: what the cloud has not taken yet waits here, up to 512 MB.
        max_inflight_messages 64
        max_queued_messages 100000
        max_queued_bytes 536870912
        max_packet_size 2097152
        max_keepalive 600

        """;

    /// <summary>A hub says and hears below its own name; only the cloud sees all. A filter that asks for more is granted and stays silent.</summary>
    public static string Acl() => $"""
        # %u is the name in the certificate.
        pattern write ct/v1/%u/state
        pattern write ct/v1/%u/health
        pattern write ct/v1/%u/effort
        pattern write ct/v1/%u/answer
        pattern write ct/v1/%u/capture/+
        pattern write ct/v1/%u/media/#
        pattern read ct/v1/%u/receipt
        pattern read ct/v1/%u/request
        pattern read ct/v1/%u/desired

        user {CloudUser}
        topic read ct/v1/#
        topic write ct/v1/#

        """;
}
