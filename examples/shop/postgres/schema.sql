CREATE TABLE stock (
    item text PRIMARY KEY,
    price integer NOT NULL CHECK (price > 0),
    remaining integer NOT NULL CHECK (remaining >= 0)
);

CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text NOT NULL UNIQUE,
    item text NOT NULL REFERENCES stock,
    quantity integer NOT NULL CHECK (quantity > 0),
    placed timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE ledger (
    order_id bigint PRIMARY KEY REFERENCES orders,
    amount integer NOT NULL,
    booked timestamptz NOT NULL DEFAULT now()
);

INSERT INTO stock VALUES ('tea', 3, 1000000), ('rice', 2, 1000000), ('junk', 900, 1);

