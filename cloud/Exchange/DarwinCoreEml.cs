using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml;

namespace Lynceus.Cloud;

/// <summary>What an archive is about, in the Ecological Metadata Language (EML 2.1.1): title, people, licence, period and area.</summary>
internal static class DarwinCoreEml
{
    private const string Eml = "eml://ecoinformatics.org/eml-2.1.1";

    public static void Write(Stream to, ExchangeSource source, ExchangeSums sums, DateTimeOffset now)
    {
        var descriptor = source.Descriptor ?? [];
        using var xml = XmlWriter.Create(to, new XmlWriterSettings { Indent = true, Encoding = new UTF8Encoding(false), NewLineChars = "\n" });
        xml.WriteStartElement("eml", "eml", Eml);
        xml.WriteAttributeString("packageId", Said(descriptor["id"]) is { Length: > 0 } id ? id : Guid.CreateVersion7(now).ToString());
        xml.WriteAttributeString("system", "http://gbif.org");
        xml.WriteStartElement("dataset");
        xml.WriteElementString("title", Said(descriptor["title"]) is { Length: > 0 } title ? title : source.Title);
        var people = (descriptor["contributors"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        foreach (var one in people.Count > 0 ? people : [new JsonObject { ["title"] = source.Title }]) Person(xml, "creator", one);
        xml.WriteElementString("pubDate", now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        if (Said(descriptor["description"]) is { Length: > 0 } description)
        {
            xml.WriteStartElement("abstract");
            xml.WriteElementString("para", description);
            xml.WriteEndElement();
        }
        if ((descriptor["licenses"] as JsonArray ?? []).OfType<JsonObject>().FirstOrDefault(l => l["scope"]?.ToString() == "data") is { } licence)
        {
            xml.WriteStartElement("intellectualRights");
            xml.WriteElementString("para", Said(licence["name"]) ?? Said(licence["path"]) ?? "");
            xml.WriteEndElement();
        }
        Coverage(xml, sums);
        Person(xml, "contact", people.Find(p => p["role"]?.ToString() == "contact") ?? people.FirstOrDefault() ?? new JsonObject { ["title"] = source.Title });
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void Person(XmlWriter xml, string element, JsonObject one)
    {
        xml.WriteStartElement(element);
        if (Said(one["organization"]) is { Length: > 0 } organization)
        {
            xml.WriteStartElement("individualName");
            xml.WriteElementString("surName", Said(one["title"]));
            xml.WriteEndElement();
            xml.WriteElementString("organizationName", organization);
        }
        else xml.WriteElementString("organizationName", Said(one["title"]));
        if (Said(one["email"]) is { Length: > 0 } email) xml.WriteElementString("electronicMailAddress", email);
        xml.WriteEndElement();
    }

    private static void Coverage(XmlWriter xml, ExchangeSums sums)
    {
        xml.WriteStartElement("coverage");
        if (sums.Area is { } area)
        {
            xml.WriteStartElement("geographicCoverage");
            xml.WriteElementString("geographicDescription", $"{sums.Locations.Count} locations");
            xml.WriteStartElement("boundingCoordinates");
            foreach (var (name, value) in ((string, double)[])[("west", area.West), ("east", area.East), ("north", area.North), ("south", area.South)]) xml.WriteElementString($"{name}BoundingCoordinate", CamtrapCell.Of(value));
            xml.WriteEndElement();
            xml.WriteEndElement();
        }
        if (sums.Start is { } start && sums.End is { } end)
        {
            xml.WriteStartElement("temporalCoverage");
            xml.WriteStartElement("rangeOfDates");
            foreach (var (name, day) in ((string, DateTimeOffset)[])[("beginDate", start), ("endDate", end)])
            {
                xml.WriteStartElement(name);
                xml.WriteElementString("calendarDate", day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                xml.WriteEndElement();
            }
            xml.WriteEndElement();
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }

    private static string? Said(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
