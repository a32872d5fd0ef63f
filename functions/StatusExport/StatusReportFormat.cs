using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml;

namespace ContactRouting.StatusExport;

/// <summary>
/// A report's bytes on the wire. The JSON is the projection of the XML as a PHP SimpleXML document shows it: attributes
/// under <c>@attributes</c>, an operator's values as text.
/// </summary>
internal static class StatusReportFormat
{
    /// <summary>So much is held before it is written on.</summary>
    private const int PieceBytes = 16 * 1024;

    public static void WriteJson(Stream stream, StatusReport report, bool perDepartment)
    {
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        json.WriteStartObject("global");
        json.WriteStartObject("customers");
        Waiting(json, report.Global);
        json.WriteEndObject();
        json.WriteEndObject();
        if (perDepartment)
        {
            json.WriteStartArray("departments");
            foreach (var department in report.Departments)
            {
                json.WriteStartObject();
                Attributes(json, ("id", Number(department.Id)), ("name", department.Name));
                Waiting(json, department.Waiting);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteStartArray("operators");
        foreach (var op in report.Agents)
        {
            json.WriteStartObject();
            Attributes(json, ("name", op.Name), ("email", op.Email));
            json.WriteString("status", Status(op));
            json.WriteString("chats", Number(op.Chats));
            json.WriteString("onlineFor", Number(op.OnlineFor));
            json.WriteStartArray("departments");
            foreach (var (id, name) in op.Departments)
            {
                json.WriteStartObject();
                json.WriteString("id", Number(id));
                json.WriteString("name", name);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
            if (json.BytesPending > PieceBytes) json.Flush();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WriteXml(Stream stream, StatusReport report, bool perDepartment)
    {
        var settings = new XmlWriterSettings { OmitXmlDeclaration = true, Encoding = new UTF8Encoding(false) };
        using var xml = XmlWriter.Create(stream, settings);
        xml.WriteStartElement("status");
        xml.WriteStartElement("global");
        xml.WriteStartElement("customers");
        Waiting(xml, report.Global);
        xml.WriteEndElement();
        xml.WriteEndElement();
        if (perDepartment)
        {
            xml.WriteStartElement("departments");
            foreach (var department in report.Departments)
            {
                xml.WriteStartElement("department");
                xml.WriteAttributeString("id", Number(department.Id));
                xml.WriteAttributeString("name", department.Name);
                Waiting(xml, department.Waiting);
                xml.WriteEndElement();
            }
            xml.WriteEndElement();
        }
        xml.WriteStartElement("operators");
        foreach (var op in report.Agents)
        {
            xml.WriteStartElement("operator");
            xml.WriteAttributeString("name", op.Name);
            xml.WriteAttributeString("email", op.Email);
            xml.WriteElementString("status", Status(op));
            xml.WriteElementString("chats", Number(op.Chats));
            xml.WriteElementString("onlineFor", Number(op.OnlineFor));
            xml.WriteStartElement("departments");
            foreach (var (id, name) in op.Departments)
            {
                xml.WriteStartElement("department");
                xml.WriteElementString("id", Number(id));
                xml.WriteElementString("name", name);
                xml.WriteEndElement();
            }
            xml.WriteEndElement();
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void Attributes(Utf8JsonWriter json, params (string Name, string Value)[] attributes)
    {
        json.WriteStartObject("@attributes");
        foreach (var (name, value) in attributes) json.WriteString(name, value);
        json.WriteEndObject();
    }

    private static void Waiting(Utf8JsonWriter json, Waiting waiting)
    {
        json.WriteNumber("inqueue", waiting.InQueue);
        json.WriteNumber("maxWaiting", waiting.MaxWaiting);
    }

    private static void Waiting(XmlWriter xml, Waiting waiting)
    {
        xml.WriteElementString("inqueue", Number(waiting.InQueue));
        xml.WriteElementString("maxWaiting", Number(waiting.MaxWaiting));
    }

    private static string Status(OnlineAgent op) => op.Available ? "available" : "busy";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
