// Who is called so, whatever the case of the letters?
MATCH (person:Person) WHERE toLower(person.username) = toLower($username)
RETURN person.id AS id
ORDER BY id
