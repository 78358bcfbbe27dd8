using Microsoft.Extensions.Configuration;

namespace Lynceus.Edge;

/// <summary>Where settings stand, the same for every command. The last one wins: appsettings.json beside the program, a file that is named, the environment.</summary>
internal static class SettingsSources
{
    public static IConfigurationBuilder AddSettings(this IConfigurationBuilder builder, string? file)
    {
        builder.SetBasePath(AppContext.BaseDirectory).AddJsonFile("appsettings.json", optional: true);
        if (file is not null) builder.AddJsonFile(file, optional: false);
        return builder.AddEnvironmentVariables("LYNCEUS_");
    }

    /// <summary>Reads settings; what cannot be read is said in one line that names it.</summary>
    public static T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException e)
        {
            throw new UsageException($"{e.Message} {e.InnerException?.Message}");
        }
        catch (InvalidOperationException e) when (e.InnerException is FormatException or ArgumentException or OverflowException)
        {
            throw new UsageException($"{e.Message} {e.InnerException.Message}");
        }
    }
}
