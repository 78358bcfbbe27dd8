using System.Text.Json;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>SpeciesNet's predictions: <c>uuid;class;order;family;genus;species;common</c> for each file, and what the detector saw.</summary>
internal static class SpeciesNetJson
{
    /// <summary>SpeciesNet's own classes for what is no species.</summary>
    public const string Blank = "f1856211-cfb7-4a5b-9158-c0f72fd09ee6;;;;;;blank";
    public const string Animal = "1f689929-883d-4dae-958c-3d57ab5b6c16;;;;;;animal";
    public const string Human = "990ae9dd-7a59-4344-afcb-1b7b21368000;mammalia;primates;hominidae;homo;sapiens;human";
    public const string Vehicle = "e2895ed5-780b-48f6-8a11-9e27cb594511;;;;;;vehicle";

    public static async Task<long> WriteAsync(IAsyncEnumerable<ExportedMedia> media, Stream to, CancellationToken cancel)
    {
        await using var json = ExportJson.Writer(to);
        json.WriteStartObject();
        var count = await ExportJson.ListAsync(json, "predictions", media, one => Prediction(json, one), cancel);
        json.WriteEndObject();
        await json.FlushAsync(cancel);
        return count;
    }

    private static void Prediction(Utf8JsonWriter json, ExportedMedia media)
    {
        json.WriteStartObject();
        json.WriteString("filepath", media.File);
        if (media.Failure is not null && !media.Says.ByHuman)
        {
            json.WriteStartArray("failures");
            json.WriteStringValue("DETECTOR");
            json.WriteEndArray();
        }
        else
        {
            json.WriteStartArray("detections");
            foreach (var found in media.Detections) Detection(json, found);
            json.WriteEndArray();
            json.WriteString("prediction", Class(media.Says));
            json.WritePropertyName("prediction_score");
            ExportJson.Fraction(json, media.Says.ByHuman ? 1 : media.Says.Probability ?? 1 - media.Detections.Select(d => d.Conf).DefaultIfEmpty(0).Max());
            json.WriteString("prediction_source", media.Says.ByHuman ? "human" : media.Says.ScientificName is null ? "detector" : "classifier");
            ExportJson.ByPeople(json, media);
        }
        if (media.Model is not null) json.WriteString("model_version", media.Model);
        json.WriteEndObject();
    }

    private static void Detection(Utf8JsonWriter json, ExportedDetection found)
    {
        var category = ExportJson.Category(found.ObservationType);
        json.WriteStartObject();
        json.WriteString("category", category);
        json.WriteString("label", category == "2" ? "human" : ExportJson.CategoryName(category));
        json.WritePropertyName("conf");
        ExportJson.Fraction(json, found.Conf);
        ExportJson.Bbox(json, found.Bbox);
        json.WriteEndObject();
    }

    private static string Class(ExportedObservation said) => said.ObservationType switch
    {
        ObservationType.Animal when said.ScientificName is { } name => Class(name, said.TaxonRank, said.VernacularName),
        ObservationType.Human => Human,
        ObservationType.Vehicle => Vehicle,
        ObservationType.Blank => Blank,
        _ => Animal,
    };

    /// <summary><c>;class;order;family;genus;species;common name</c>. The number in front is SpeciesNet's own, and empty for what is not its answer.</summary>
    /// <param name="scientificName">Of an animal.</param>
    /// <param name="rank">For a name that the taxonomy does not have.</param>
    /// <param name="common">For people; empty if there is none.</param>
    public static string Class(string scientificName, TaxonRank? rank, string? common)
    {
        var taxon = Taxonomy.Known.TryFind(scientificName, out var known) ? known : new Taxon(scientificName, rank ?? TaxonRank.Species, Parent: null);
        var ranks = new string[5];
        foreach (var one in taxon.Lineage()) ranks[(int)one.Rank] = one.ScientificName.ToLowerInvariant();
        if (ranks[(int)TaxonRank.Species]?.Split(' ', 2) is [var genus, var species]) (ranks[(int)TaxonRank.Genus], ranks[(int)TaxonRank.Species]) = (genus, species);
        return $";{string.Join(';', ranks)};{common?.Replace(';', ',')}";
    }
}
