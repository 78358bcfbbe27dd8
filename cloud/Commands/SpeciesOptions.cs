using System.CommandLine;

namespace Lynceus.Cloud;

/// <summary>Options of <c>cloud run</c> that say by what animals are named, and where.</summary>
internal sealed class SpeciesOptions
{
    private const string Nothing = "none";

    private readonly Option<string?> classifier = new("--classifier")
    {
        Description = $"The classifier.json of what names animals, its weights beside it; '{Nothing}' names none. The project's own if not given.",
        HelpName = "FILE",
        Validators =
        {
            option =>
            {
                if (option.Tokens.Count > 0 && option.Tokens[0].Value is var file && file != Nothing && !File.Exists(file)) option.AddError($"--classifier: '{file}' is not there");
            },
        },
    };

    private readonly Option<string?> country = new("--country")
    {
        Description = "Where the cameras stand, by ISO 3166: FR, FRA, or US-CA for a part. Animals that do not occur there are not named, only what they belong to.",
        HelpName = "CODE",
        Validators =
        {
            option =>
            {
                if (option.Tokens.Count > 0 && !Place.TryParse(option.Tokens[0].Value, out _)) option.AddError($"--country: '{option.Tokens[0].Value}' is no country by ISO 3166, as in FR, FRA or US-CA");
            },
        },
    };

    public void AddTo(Command run)
    {
        run.Add(classifier);
        run.Add(country);
    }

    public CloudSettings Read(ParseResult result, CloudSettings settings) => settings with
    {
        Classifier = result.GetValue(classifier) is { } file ? file == Nothing ? null : file : SpeciesModel.Own,
        Country = Place.TryParse(result.GetValue(country), out var place) ? place : null,
    };
}
